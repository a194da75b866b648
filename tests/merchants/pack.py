"""The onboarding policy as it ships, for tests of pure functions."""

import tomllib

import msgspec

from merchants.policy import ONBOARDING, OnboardingPolicy


def packed() -> OnboardingPolicy:
    """The pack, typed; no database."""
    return msgspec.convert(tomllib.loads(ONBOARDING.pack.read_text(encoding="utf-8")), OnboardingPolicy)
