"""Finding the policy in force."""

from typing import TypeVar

import msgspec

from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion

T = TypeVar("T", bound=msgspec.Struct)


class NoPolicy(LookupError):
    """No version of a policy is active; `manage.py load_policies` publishes the defaults."""


def active(kind: str, body_type: type[T], key: str = "default") -> tuple[PolicyVersion, T]:
    """Return the active version of a policy and its typed body; raises NoPolicy when there is none."""
    version = PolicyVersion.objects.filter(kind=kind, key=key, state=PolicyVersion.State.ACTIVE).first()
    if version is None:
        kinds.get(kind)
        raise NoPolicy(f"No active policy {kind}/{key}. Run `manage.py load_policies` or publish a version.")
    return version, typed(version, body_type)


def typed(version: PolicyVersion, body_type: type[T]) -> T:
    """Return a version's body as its type; old versions keep their own values."""
    return msgspec.convert(version.body, body_type)
