"""Telling shops that a document ends: once for each step of the policy."""

import datetime as dt

from django.db import transaction
from django.db.models import Min

from merchants import selectors as merchants
from merchants.changes import policy
from merchants.changes.models import ExpiryNotice
from merchants.changes.policy import Expiry
from merchants.changes.selectors import marketplace_day
from merchants.models import Document
from shopops.transitions.handler import announce


def due_documents(rules: Expiry, as_of: dt.datetime, after: tuple[dt.date, int] | None = None) -> list[Document]:
    """Documents that have reached a step by `as_of` and were not told of it, in the order of their ends; those behind
    `after` (end, id)."""
    found = merchants.documents_expiring(as_of, max(rules.days_ahead, default=0))
    if after is not None:
        day, pk = after
        found = found.filter(expires_on__gt=day) | found.filter(expires_on=day, pk__gt=pk)
    every = list(found.order_by("expires_on", "id"))
    told = _told(every)
    today = marketplace_day(as_of)
    return [each for each in every if _is_due(each, rules, today, told.get((each.pk, each.expires_on)))]


def _told(documents: list[Document]) -> dict[tuple[int, dt.date | None], int]:
    """The latest step that was told, by document and end; one query."""
    notices = ExpiryNotice.objects.filter(document__in=documents).order_by()
    latest = notices.values_list("document", "expires_on").annotate(Min("step"))
    return {(document, day): step for document, day, step in latest}


def _is_due(document: Document, rules: Expiry, today: dt.date, told: int | None) -> bool:
    assert document.expires_on is not None
    step = rules.step_at((document.expires_on - today).days)
    return step is not None and (told is None or step < told)


@transaction.atomic
def tell(document: Document, rules: Expiry, as_of: dt.datetime, policy_version_id: int) -> bool:
    """Tell a shop of the step that a document has reached; returns whether it had not been told of it or a later one.

    Steps that were missed while the job did not run are not made up for: what counts is how many days are left. The
    row of the document is locked, so that a renewal that is approved at this moment goes first or last.
    """
    current = Document.objects.select_for_update(of=("self",)).filter(pk=document.pk, replaced_at__isnull=True).first()
    if current is None or current.expires_on is None or current.merchant_id is None:
        return False
    step = rules.step_at((current.expires_on - marketplace_day(as_of)).days)
    told = ExpiryNotice.objects.filter(document=current, expires_on=current.expires_on)
    if step is None or told.filter(step__lte=step).exists():
        return False
    notice = ExpiryNotice.objects.create(
        document=current, merchant_id=current.merchant_id, expires_on=current.expires_on, step=step, as_of=as_of
    )
    announce(notice, notice.EFFECTS["tell"], actor=None, policy_version_id=policy_version_id)
    return True


def rules_in_force() -> tuple[int, Expiry]:
    """The version's id and its rules."""
    version, body = policy.active()
    return version.pk, body.expiry
