"""What the world hears of a warning's steps."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from merchants.portal import owners_and_staff
from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice
from warning_center import texts

if TYPE_CHECKING:
    from warning_center.models import Warning

OPENED = "warnings.warning.opened"
ACKNOWLEDGED = "warnings.warning.acknowledged"
RECTIFYING = "warnings.warning.rectifying"
SUBMITTED = "warnings.warning.submitted"
RETURNED = "warnings.warning.returned"
ESCALATED = "warnings.warning.escalated"
REVOKED = "warnings.warning.revoked"
WITHDRAWN = "warnings.warning.withdrawn"
EXPIRED = "warnings.warning.expired"


def _recipients(warning: "Warning") -> list[User]:
    return owners_and_staff(warning.merchant_id, "warnings.view")


def _context(warning: "Warning") -> dict[str, Any]:
    return texts.message_context(warning)


def _page(warning: "Warning") -> str:
    return warning.get_absolute_url()


def _notice(kind: str) -> Notice:
    return Notice(kind=f"warnings.{kind}", recipients=_recipients, context=_context, url=_page)


#: The birth of a warning is no transition.
BIRTH = Effect(OPENED, _("Warning issued"), _notice("opened"))

TRANSITIONS: dict[str, Effect] = {
    "open": BIRTH,
    "acknowledge": Effect(ACKNOWLEDGED, _("Warning acknowledged"), silent_because="The merchant did it."),
    "start_rectifying": Effect(RECTIFYING, _("Rectification started"), silent_because="The merchant did it."),
    "submit": Effect(SUBMITTED, _("Submitted for re-check"), silent_because="The merchant did it."),
    "return_to_rectifying": Effect(
        RETURNED,
        _("Re-check not passed"),
        silent_because="The re-check answers on the page from which it was asked for; the warning stays as it was.",
    ),
    "escalate": Effect(ESCALATED, _("Intensity raised"), _notice("escalated")),
    "revoke": Effect(REVOKED, _("Warning revoked"), _notice("revoked")),
    "withdraw": Effect(WITHDRAWN, _("Warning revoked by a person"), _notice("revoked")),
    "expire": Effect(EXPIRED, _("Warning expired"), _notice("expired")),
}
