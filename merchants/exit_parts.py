"""What exits and the rooms beside and above them give each other: this file knows both, they do not."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.changes.models import ChangeRequest
from merchants.credit.models import ScoreSnapshot
from merchants.exits import conditions, endings, records
from merchants.exits.conditions import Condition, Finding
from merchants.exits.endings import Ending
from merchants.exits.models import Exit
from merchants.exits.records import Section, Table
from merchants.file import slices
from merchants.file.parts import Part, parts
from merchants.file.timeline import Entry, Source, sources
from merchants.models import Merchant

_TONES = {"suspended": "danger", "terminated": "danger", "closed": "neutral", "restored": "ok", "cancelled": "ok"}
_TOLD = [effect.event for effect in (*Exit.EFFECTS.values(), *Merchant.EFFECTS.values()) if not effect.internal]


def _changes(merchant: Merchant) -> Finding:
    count = ChangeRequest.objects.filter(merchant=merchant, state__in=ChangeRequest.OPEN).count()
    if not count:
        return Finding(True, _("No change of details waits for a decision."))
    text = ngettext(
        "%(count)d change of details waits for a decision.",
        "%(count)d changes of details wait for a decision.",
        count,
    )
    address = f"{reverse('admin:merchants_merchant_changelist')}{merchant.pk}/change/"
    return Finding(False, text % {"count": count}, count, address, reverse("merchants:shop"))


def _grade(merchant: Merchant) -> str:
    latest = ScoreSnapshot.objects.filter(merchant=merchant).order_by("-day").first()
    return latest.grade if latest else ""


def _scores(merchant: Merchant) -> Table:
    columns = [("day", _("Day")), ("score", _("Score")), ("grade", _("Grade"))]
    found = ScoreSnapshot.objects.filter(merchant=merchant).order_by("day").values_list("day", "score", "grade")
    rows: list[tuple[Any, ...]] = list(found)
    return Table(columns, rows)


def _tab(_request: HttpRequest, merchant: Merchant) -> dict[str, Any]:
    return {"exits": Exit.objects.filter(merchant=merchant).order_by("-requested_at", "-id")[:20]}


def _steps(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Suspended, restored, and every step of an exit, for operators."""
    about = slices.about(Exit, Merchant) & Q(merchant_id=merchant.pk) & Q(after__has_key="state")
    page = reverse("merchant_file:file", args=[merchant.pk]) + "?part=exit"
    return slices.told(slices.audited(about, before, limit), url=page, tones=_TONES)


def _steps_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for the shop: without what was only proposed."""
    about = slices.about(Exit, Merchant) & Q(merchant_id=merchant.pk) & Q(action__in=_TOLD)
    page = reverse("exits:home")
    return [
        Entry(each.at, each.action_in_words, each.target_name, page, _TONES.get(each.action.rpartition(".")[2], ""))
        for each in slices.audited(about, before, limit)
    ]


def register() -> None:
    """Called when the apps are ready."""
    parts.register(Part("exit", gettext_lazy("Exits"), "exits/part.html", _tab, permission="exits.view_exit", order=75))
    sources.register(
        Source(
            "exits",
            gettext_lazy("Exits"),
            "external",
            _steps,
            permission="exits.view_exit",
            public=_steps_told,
            needs="exit.view",
        )
    )
    conditions.register(Condition("changes", gettext_lazy("Changes of details"), _changes))
    endings.endings.register(Ending("grade", _grade))
    records.register(Section("scores", gettext_lazy("Credit scores"), _scores))
