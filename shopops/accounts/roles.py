"""Operator roles as code. Apps grant their permissions to roles in `AppConfig.ready`."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What an operator is employed for. One person may have several."""

    REVIEWER = "reviewer", _("Reviewer")
    RISK_ANALYST = "risk_analyst", _("Risk analyst")
    COMPLAINT_AGENT = "complaint_agent", _("Complaint agent")
    LOGISTICS_DESK = "logistics_desk", _("Logistics desk")
    ANNOUNCER = "announcer", _("Announcer")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUDITOR = "auditor", _("Auditor")
    EXTERNAL_REVIEWER = "external_reviewer", _("External reviewer")


#: Roles of people of other firms: they have what is granted to them by name, and nothing that every operator has.
OUTSIDE = frozenset({Role.EXTERNAL_REVIEWER})


_granted: dict[str, set[str]] = defaultdict(set)


def grant(role: Role, *permissions: str) -> None:
    """Give a role Django permissions, written "app_label.codename"."""
    _granted[role.value].update(permissions)


def grant_view(*permissions: str) -> None:
    """Let every operator role see something that all of them need to read; roles of other firms are none."""
    for role in Role:
        if role not in OUTSIDE:
            grant(role, *permissions)


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return what the given roles may do together."""
    return frozenset().union(*(_granted[role] for role in roles))


def matrix() -> list[tuple[str, list[bool]]]:
    """Return every granted permission with one flag per role, in the order of `Role`."""
    everything = sorted(set().union(*_granted.values())) if _granted else []
    return [(permission, [permission in _granted[role.value] for role in Role]) for permission in everything]
