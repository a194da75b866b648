"""The jobs of this app: reminders of documents that end, the re-verification campaign."""

import datetime as dt
from collections import Counter
from typing import Any

from django.utils.translation import gettext_lazy as _

from merchants.changes.models import Verification
from merchants.changes.selectors import marketplace_day
from merchants.changes.services import campaigns, expiring
from shopops.jobs.registry import Job, Progress

#: Shops between two signs of life.
_REPORT = 25


def tell_of_ends(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Tell every shop of each step that one of its documents has reached. Killed at any point and run again, it tells
    the rest: a step is its own transaction, and the database keeps it from being told twice."""
    version, rules = expiring.rules_in_force()
    documents = expiring.due_documents(rules, as_of, _behind(progress.cursor))
    told = 0
    for number, document in enumerate(documents, start=1):
        told += expiring.tell(document, rules, as_of, version)
        if number % _REPORT == 0:
            progress(number, len(documents), cursor={"end": str(document.expires_on), "document": document.pk})
    progress(len(documents), len(documents))
    return {"documents": len(documents), "told": told}


def _behind(cursor: dict[str, Any]) -> tuple[dt.date, int] | None:
    return (dt.date.fromisoformat(cursor["end"]), cursor["document"]) if cursor else None


def verify(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Open re-verifications for the shops that are due, tell them, remind, let lapse what nobody answered.

    Opening is one statement; each shop's message is its own transaction, marked in the row, so a killed run goes on.
    """
    _campaign, opened = campaigns.open_due(as_of)
    done: Counter[str] = Counter(opened=opened)
    untold = Verification.objects.filter(told_at__isnull=True, state__in=Verification.WAITING).order_by("pk")
    for number, each in enumerate(list(untold), start=1):
        done["told"] += campaigns.tell(each)
        if number % _REPORT == 0:
            progress(number)
    day = marketplace_day(as_of)
    live = list(
        Verification.objects.filter(state__in=Verification.LIVE, told_at__isnull=False)
        .filter(opened_at__lte=as_of)
        .order_by("pk")
    )
    for number, each in enumerate(live, start=1):
        if what := campaigns.step(each, day):
            done[what] += 1
        if number % _REPORT == 0:
            progress(number, len(live))
    progress(len(live), len(live))
    return {name: done[name] for name in ("opened", "told", "reminded", "overdue", "cancelled")}


TELL_OF_ENDS = Job("tell_of_ends", _("Tell shops of documents that end"), tell_of_ends)
VERIFY = Job("verify_merchants", _("Re-verification: open, remind, close"), verify)
