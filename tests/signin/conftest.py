"""Signing in as people do, in tests: by password, by a computed code, from a network of one's own."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from shopops.accounts.models import User
from shopops.signin.places import provider

PASSWORD = "correct-horse-7"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
_networks = itertools.count(1)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Rate limits and locks of one test must not reach the next."""
    cache.clear()
    provider.cache_clear()
    yield
    provider.cache_clear()


@pytest.fixture
def mfa_required(settings: Any) -> None:
    """As a deployment has it."""
    settings.MFA_REQUIRED_FOR_OPERATORS = True


@pytest.fixture
def browser_of() -> Callable[..., Client]:
    """A new browser in a network: browser_of("203.0.113.7")."""

    def make(address: str = "", agent: str = CHROME) -> Client:
        return Client(REMOTE_ADDR=address or f"10.77.{next(_networks)}.5", HTTP_USER_AGENT=agent)

    return make


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": password}, **extra)


def with_totp(user: User) -> str:
    """Give somebody an authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_for(secret: str, step: int = 0) -> str:
    """What the app shows now (or `step` periods of 30 s later)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def wrong_code(secret: str) -> str:
    """A code that no period around now has."""
    near = {code_for(secret, step) for step in range(-3, 4)}
    return next(f"{number:06}" for number in range(20) if f"{number:06}" not in near)
