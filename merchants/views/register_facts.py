"""What public registers said about a company, as reviewers read it."""

import datetime as dt
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from merchants import selectors
from merchants.checks import public
from merchants.registers import services as registers
from merchants.registers.facts import CreditRecord, Listing, Penalty, Registration
from merchants.registers.models import RegisterKind
from shopops.fields import mask
from shopops.ui import formats


def shown(uscc: str, now: dt.datetime) -> list[dict[str, Any]]:
    """Each register with the latest answer, also one that has expired, and when it is asked again."""
    if not registers.connected():
        return []
    waiting = {each.kind: each for each in registers.questions(uscc)}
    lines = []
    for kind, standing in selectors.enquiries(uscc, now).items():
        answer, question = registers.answer(uscc, kind), waiting.get(kind)
        lines.append(
            {
                "name": str(RegisterKind(kind).label),
                "answer": answer,
                "counts": bool(answer and answer.counts(now)),
                "again_at": question.due_at if question else None,
                "asked_at": standing.asked_at,
                "problem": question.problem if question else "",
                "facts": _facts(answer.facts) if answer else [],
                "entries": _entries(answer.facts) if answer and isinstance(answer.facts, CreditRecord) else None,
            }
        )
    return lines


def _facts(entry: Registration | CreditRecord | None) -> list[tuple[str, str]]:
    """Names and values of an entry in the register of companies; the legal person masked."""
    if not isinstance(entry, Registration):
        return []
    values = [
        (_("Name"), entry.name),
        (_("State"), str(public.STATUSES[entry.status])),
        (_("Legal person"), mask(entry.legal_person)),
        (_("Type on the licence"), entry.legal_form),
        (_("Registered capital"), entry.registered_capital),
        (_("Established"), formats.day(entry.established_on, year="always") if entry.established_on else ""),
        (_("Term ends"), formats.day(entry.expires_on, year="always") if entry.expires_on else ""),
        (_("Registered address"), entry.address),
        (_("Registration authority"), entry.authority),
        (_("Scope"), entry.scope),
    ]
    return [(name, value) for name, value in values if value]


def _entries(record: CreditRecord) -> list[dict[str, Any]]:
    """Lists and penalties, the newest first."""
    lines = [(each.since, _listing(each)) for each in record.listings]
    lines += [(each.decided_on, _penalty(each)) for each in record.penalties]
    lines.sort(key=lambda line: line[0] or dt.date.min, reverse=True)
    return [line for _day, line in lines]


def _listing(listing: Listing) -> dict[str, Any]:
    over = _(" until %(date)s") % {"date": formats.day(listing.until, year="always")} if listing.until else ""
    return {
        "title": capfirst(f"{public.LISTINGS[listing.kind]}{over}"),
        "text": _joined(listing.since, listing.authority, listing.reason),
        "icon": "cross",
        "tone": "danger",
    }


def _penalty(penalty: Penalty) -> dict[str, Any]:
    return {
        "title": _("Penalty: %(reason)s") % {"reason": penalty.reason or penalty.reference},
        "text": _joined(penalty.decided_on, penalty.authority, penalty.amount),
        "icon": "unsure",
        "tone": "caution",
    }


def _joined(day: dt.date | None, *texts: str) -> str:
    return " · ".join(each for each in (formats.day(day, year="always") if day else "", *texts) if each)
