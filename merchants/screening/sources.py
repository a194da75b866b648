"""What machines know besides the checks: how old the registers' answers are, how far the licence agrees."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

from merchants.checks.identity import compact
from merchants.checks.papers import plain_name
from merchants.models import Application, Reading
from merchants.registers.models import RegisterAnswer

#: What a licence prints and the form asks for.
COMPARED = (
    "uscc", "legal_name", "legal_person", "legal_form", "address", "registered_capital", "established_on", "scope",
)  # fmt: skip
#: Without these nothing can be said of a licence.
ESSENTIAL = ("uscc", "legal_name")
#: Long texts are the same when so much of them is: one misread character of 200 is no other address.
LONG, ALIKE = ("address", "scope"), 0.9
DAY = dt.timedelta(days=1)


def register_days(applications: Iterable[Application], now: dt.datetime) -> dict[int, dict[str, float]]:
    """The age in days of the latest answer of each register that knows the company, by application; one query."""
    by_code: dict[str, list[int]] = defaultdict(list)
    for each in applications:
        if each.uscc:
            by_code[each.uscc].append(each.pk)
    latest = RegisterAnswer.objects.filter(uscc__in=by_code).order_by("uscc", "kind", "-asked_at", "-id")
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for code, kind, known, asked_at in latest.distinct("uscc", "kind").values_list("uscc", "kind", "found", "asked_at"):
        if known:
            for pk in by_code[code]:
                found[pk][kind] = (now - asked_at) / DAY
    return found


def agreements(applications: Iterable[Application]) -> dict[int, float]:
    """The share of the fields read from the current business licence that say what the form says; one query.

    Without an entry: not read, or name and code were not found.
    """
    by_id = {each.pk: each for each in applications}
    readings = Reading.objects.filter(
        state=Reading.State.DONE,
        document__application__in=by_id,
        document__type="business_licence",
        document__replaced_at__isnull=True,
    )
    found = {}
    for reading in readings.select_related("document"):
        application = by_id[reading.document.application_id or 0]
        share = agreement(application, {name: part.get("value", "") for name, part in reading.fields.items()})
        if share is not None:
            found[application.pk] = share
    return found


def agreement(application: Application, read: dict[str, str]) -> float | None:
    """How much of what was read equals the form; None when name or code was not read."""
    if any(not read.get(name) for name in ESSENTIAL):
        return None
    pairs = [(name, str(getattr(application, name) or ""), read.get(name, "")) for name in COMPARED]
    compared = [(name, form, seen) for name, form, seen in pairs if form and seen]
    return sum(_same(*each) for each in compared) / len(compared) if compared else None


def _same(name: str, form: str, seen: str) -> bool:
    if name == "uscc":
        return compact(form) == compact(seen)
    if name == "legal_name":
        return plain_name(form) == plain_name(seen)
    left, right = (plain_name(text) for text in (form, seen))
    if name in LONG:
        return SequenceMatcher(None, left, right, autojunk=False).ratio() >= ALIKE
    return left == right
