"""What the world hears of an exit's steps."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.portal import people_with
from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _people(leaving: Any) -> list[User]:
    """Those of the shop who may see its exit: owners and managers."""
    members = people_with([leaving.merchant_id], "exit.view").select_related("user")
    return [member.user for member in members]


def _told(leaving: Any) -> dict[str, Any]:
    return {
        "number": leaving.number,
        "shop": leaving.merchant.shop_name,
        "terminated": leaving.is_platforms,
        "cooling_off_until": leaving.cooling_off_until,
        "notice_until": leaving.notice_until,
        "reasons": leaving.reasons_text,
        "refused_because": leaving.outcome_reasons,
        "facts": leaving.facts,
        "clause": leaving.clause,
        "policy": leaving.policy_version.number,
        "closed_at": leaving.closed_at,
        "keep_until": _midnight(leaving.records_kept_until),
    }


def _midnight(day: dt.date | None) -> dt.datetime | None:
    """A day as messages can say it in the reader's language."""
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone()) if day else None


def _page(_leaving: Any) -> str:
    return reverse("exits:home")


def _not_the_proposer(leaving: Any) -> dict[int | None, object]:
    if not leaving.is_platforms:
        return {leaving.requested_by_id: _("You asked for this exit. Somebody else has to decide on it.")}
    return {leaving.requested_by_id: _("You proposed this termination. A second person has to decide on it.")}


def _notice(kind: str) -> Notice:
    return Notice(kind=f"exits.{kind}", recipients=_people, context=_told, url=_page)


#: "request" and "propose" are births, the others transitions.
EXIT: dict[str, Effect] = {
    "request": Effect("exits.exit.requested", _("Exit requested"), _notice("requested")),
    "propose": Effect(
        "exits.exit.proposed",
        _("Termination proposed"),
        silent_because="Nothing is decided before a second person agrees.",
        internal=True,
    ),
    "start_check": Effect(
        "exits.exit.checking",
        _("Exit being checked"),
        silent_because="The request named the day; the next message is the decision.",
        not_by=_not_the_proposer,
    ),
    "accept": Effect("exits.exit.accepted", _("Exit accepted"), _notice("accepted"), not_by=_not_the_proposer),
    "terminate": Effect(
        "exits.exit.terminated", _("Termination decided"), _notice("terminated"), not_by=_not_the_proposer
    ),
    "drop": Effect(
        "exits.exit.dropped",
        _("Termination not confirmed"),
        silent_because="The shop was never told of the proposal.",
        internal=True,
    ),
    "refuse": Effect("exits.exit.refused", _("Exit refused"), _notice("refused"), not_by=_not_the_proposer),
    "cancel": Effect("exits.exit.cancelled", _("Exit called off"), _notice("cancelled")),
    "settle": Effect("exits.exit.settling", _("Settlement began"), _notice("settling")),
    "close": Effect("exits.exit.closed", _("Exit complete"), _notice("closed")),
}
