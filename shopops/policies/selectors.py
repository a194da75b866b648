"""Finding the policy in force, the ones in shadow, and the history of a kind."""

import datetime as dt
from typing import TypeVar

import msgspec
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyTrial, PolicyVersion

T = TypeVar("T", bound=msgspec.Struct)
State = PolicyVersion.State


class NoPolicy(LookupError):
    """No version of a policy is active; `manage.py load_policies` publishes the defaults."""


def active(kind: str, body_type: type[T], key: str = "default") -> tuple[PolicyVersion, T]:
    """Return the active version of a policy and its typed body; raises NoPolicy when there is none."""
    version = active_version(kind, key)
    if version is None:
        kinds.get(kind)
        raise NoPolicy(f"No active policy {kind}/{key}. Run `manage.py load_policies` or publish a version.")
    return version, typed(version, body_type)


def active_version(kind: str, key: str = "default") -> PolicyVersion | None:
    """Return the active version, None when nothing was published."""
    return PolicyVersion.objects.filter(kind=kind, key=key, state=State.ACTIVE).first()


def in_force(kind: str, body_type: type[T], *, at: dt.datetime, key: str = "default") -> tuple[PolicyVersion, T]:
    """Return the version that was in force at a moment of the past, and its typed body; raises NoPolicy.

    A version is in force from its activation, that moment included, until the next one replaced it.
    """
    version = (
        PolicyVersion.objects.filter(kind=kind, key=key, state__in=[State.ACTIVE, State.RETIRED])
        .annotate(since=Coalesce("activated_at", "effective_from"))
        .filter(Q(retired_at__isnull=True) | Q(retired_at__gt=at), since__lte=at)
        .order_by("-since", "-number")
        .first()
    )
    if version is None:
        kinds.get(kind)
        raise NoPolicy(f"No policy {kind}/{key} was in force at {at.isoformat()}.")
    return version, typed(version, body_type)


def shadows(kind: str, key: str = "default") -> list[PolicyVersion]:
    """Return the versions to try without effect, oldest first: those that were put into shadow, until they come into
    force or go back to draft."""
    versions = PolicyVersion.objects.filter(
        kind=kind, key=key, shadow_since__isnull=False, state__in=[State.SHADOW, State.SUBMITTED, State.SCHEDULED]
    )
    return list(versions.order_by("shadow_since", "number"))


def trials_of(version: PolicyVersion) -> "models.QuerySet[PolicyTrial]":
    """What was recorded of a version's text in shadow, the latest moment first."""
    return PolicyTrial.objects.filter(version=version, content_hash=version.content_hash).select_related("against")


def typed(version: PolicyVersion, body_type: type[T]) -> T:
    """Return a version's body as its type; old versions keep their own values."""
    return msgspec.convert(version.body, body_type)


def history(kind: str, key: str = "default") -> "models.QuerySet[PolicyVersion]":
    """Every version of a policy, newest first."""
    return PolicyVersion.objects.filter(kind=kind, key=key).select_related("author", "approver").order_by("-number")


def scheduled(kind: str, key: str = "default") -> "models.QuerySet[PolicyVersion]":
    """Approved versions that wait for their moment, the next one first."""
    return PolicyVersion.objects.filter(kind=kind, key=key, state=State.SCHEDULED).order_by("effective_from")


def before(version: PolicyVersion) -> PolicyVersion | None:
    """The version to compare with: for one that was in force, the one it replaced; else the one in force now."""
    others = PolicyVersion.objects.filter(kind=version.kind, key=version.key)
    if version.state in (State.ACTIVE, State.RETIRED):
        since = version.activated_at or version.effective_from
        return (
            others.filter(state=State.RETIRED)
            .annotate(since=Coalesce("activated_at", "effective_from"))
            .filter(since__lte=since)
            .exclude(pk=version.pk)
            .exclude(since=since, number__gt=version.number)
            .order_by("-since", "-number")
            .first()
        )
    return others.filter(state=State.ACTIVE).first()
