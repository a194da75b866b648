"""What the world hears of an API key."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.api import directory
from shopops.notifications.kinds import MessageKind
from shopops.transitions.handler import Effect, Notice

#: The portal right of those who manage a shop's keys.
PORTAL_RIGHT = "api.manage"

KINDS = (
    MessageKind("api.key_created", _("API key created"), tone="caution"),
    MessageKind("api.key_rotated", _("API key given a new secret"), tone="caution"),
    MessageKind("api.key_revoked", _("API key revoked"), tone="caution"),
)


def _owners(key: Any) -> list[User]:
    """Those who answer for it: of a shop's key who manages keys there, of a key of the platform its maker."""
    if key.merchant_id is None:
        return [key.created_by]
    return directory.people(key.merchant_id, PORTAL_RIGHT)


def _told(key: Any) -> dict[str, Any]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "shop": directory.name(key.merchant_id) if key.merchant_id else "",
        "scopes": ", ".join(key.scopes),
        "old_valid_until": key.old_valid_until,
    }


def _page(key: Any) -> str:
    try:
        if key.merchant_id is None and not key.created_by.is_staff:  # somebody of another firm, who has no console
            return reverse("outside:home")
        return reverse("api_keys") if key.merchant_id else reverse("admin:api_apikey_changelist")
    except NoReverseMatch:
        return ""


def _notice(kind: str) -> Notice:
    return Notice(kind=f"api.key_{kind}", recipients=_owners, context=_told, url=_page)


KEY: dict[str, Effect] = {
    "create": Effect("api.key.created", _("API key created"), _notice("created")),
    "rotate": Effect("api.key.rotated", _("New secret for an API key"), _notice("rotated")),
    "revoke": Effect("api.key.revoked", _("API key revoked"), _notice("revoked")),
}
