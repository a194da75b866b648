"""What people of a shop may do in the portal: permissions and roles as code, one matrix for pages, API and messages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shopops.accounts.matrices import Matrix


class Permission(TextChoices):
    """A right inside one shop. Everybody of a shop has its home, its messages, and the own account besides."""

    ORDERS_VIEW = "orders.view", _("See orders")
    ORDERS_HANDLE = "orders.handle", _("Handle orders and parcels")
    WARNINGS_VIEW = "warnings.view", _("See warnings")
    WARNINGS_ANSWER = "warnings.answer", _("Acknowledge and rectify warnings")
    SCORE_VIEW = "score.view", _("See the credit score")
    COMPLAINTS_VIEW = "complaints.view", _("See complaints")
    COMPLAINTS_ANSWER = "complaints.answer", _("Answer complaints")
    MAINTENANCE_VIEW = "maintenance.view", _("See what maintenance means for the shop")
    DOCUMENTS_VIEW = "documents.view", _("Open documents of the shop")
    SHOP_MANAGE = "shop.manage", _("Change details of the shop")
    AGREEMENTS_SIGN = "agreements.sign", _("Sign agreements for the shop")
    MEMBERS_MANAGE = "members.manage", _("Invite people and change their roles")
    API_MANAGE = "api.manage", _("Manage API keys and webhooks")
    EXIT_VIEW = "exit.view", _("See the shop's exit and settlement")
    EXIT_MANAGE = "exit.manage", _("Ask to close the shop")
    RECORDS_EXPORT = "records.export", _("Download the shop's records")


class PortalRole(TextChoices):
    """What somebody does for a shop. There is always an owner; ownership passes by hand-over only."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", pgettext_lazy("portal role", "Manager")
    FULFILMENT = "fulfilment", pgettext_lazy("portal role", "Fulfilment")
    SERVICE = "service", pgettext_lazy("portal role", "Customer service")
    VIEWER = "viewer", pgettext_lazy("portal role", "Viewer")


_P = Permission
#: Everybody is told of maintenance: it concerns whatever one does.
_GRANTED: dict[str, frozenset[str]] = {
    PortalRole.OWNER: frozenset(_P.values),
    PortalRole.MANAGER: frozenset(_P.values)
    - {_P.AGREEMENTS_SIGN, _P.MEMBERS_MANAGE, _P.API_MANAGE, _P.EXIT_MANAGE, _P.RECORDS_EXPORT},
    PortalRole.FULFILMENT: frozenset({_P.ORDERS_VIEW, _P.ORDERS_HANDLE, _P.MAINTENANCE_VIEW}),
    PortalRole.SERVICE: frozenset({_P.ORDERS_VIEW, _P.COMPLAINTS_VIEW, _P.COMPLAINTS_ANSWER, _P.MAINTENANCE_VIEW}),
    PortalRole.VIEWER: frozenset(
        {_P.ORDERS_VIEW, _P.WARNINGS_VIEW, _P.SCORE_VIEW, _P.COMPLAINTS_VIEW, _P.MAINTENANCE_VIEW}
    ),
}

#: What stays when a shop is closed: reading what is there, and taking the records along.
_READING = frozenset(
    {
        *(_P.ORDERS_VIEW, _P.WARNINGS_VIEW, _P.SCORE_VIEW, _P.COMPLAINTS_VIEW, _P.MAINTENANCE_VIEW),
        *(_P.DOCUMENTS_VIEW, _P.EXIT_VIEW, _P.RECORDS_EXPORT),
    }
)

#: One sentence per role, for those who choose one.
DESCRIPTIONS: dict[str, str | Promise] = {
    PortalRole.OWNER: _("Everything, and decides who else works here."),
    PortalRole.MANAGER: _("Everything but people, API keys, webhooks and closing the shop."),
    PortalRole.FULFILMENT: _("Orders and parcels."),
    PortalRole.SERVICE: _("Complaints, with the orders they are about."),
    PortalRole.VIEWER: _("Reads orders, warnings, score and complaints; changes nothing."),
}

#: Roles that may be given; an owner hands over instead.
GIVEN = (PortalRole.MANAGER, PortalRole.FULFILMENT, PortalRole.SERVICE, PortalRole.VIEWER)


@dataclass(frozen=True)
class MatrixRow:
    """A permission in words, and whether each role has it, in the order of `PortalRole`."""

    code: str
    label: str | Promise
    granted: tuple[bool, ...]


def permissions_of(role: str, *, closed: bool = False) -> frozenset[str]:
    """What a role may do, in a closed shop only reading; nothing for a role that does not exist."""
    granted = _GRANTED.get(role, frozenset())
    return granted & _READING if closed else granted


def stays_in_closed_shops(permission: str) -> bool:
    """Whether a right outlives its shop. Raises ValueError for one that does not exist."""
    return known_permission(permission) in _READING


def roles_with(permission: str) -> list[str]:
    """The roles that have a permission. Raises ValueError for one that does not exist."""
    known = known_permission(permission)
    return [role for role in PortalRole.values if known in permissions_of(role)]


def known_permission(permission: str) -> str:
    """Return the permission; raises ValueError naming those that exist, so that a slip of the pen opens nothing."""
    if permission not in Permission.values:
        raise ValueError(f"No portal permission {permission!r}; there are: {', '.join(Permission.values)}")
    return permission


def matrix(permissions: Iterable[str] = Permission.values) -> list[MatrixRow]:
    """Every permission with one flag per role."""
    return [
        MatrixRow(code, Permission(code).label, tuple(code in permissions_of(role) for role in PortalRole.values))
        for code in permissions
    ]


#: For the console's page of permissions.
MATRIX = Matrix(
    "portal",
    _("People of a shop"),
    roles=lambda: [role.label for role in PortalRole],
    rows=lambda: [(row.label, row.granted) for row in matrix()],
)
