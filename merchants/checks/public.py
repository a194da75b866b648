"""What public registers say: the entry in the register of companies, and the credit record."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.checks import names as spelling
from merchants.checks.reading import agrees
from merchants.checks.verdict import Enquiry, Facts, Verdict, fail, ok, unsure
from merchants.registers.facts import CreditRecord, Listing, Registration

STATUSES = {
    "active": pgettext_lazy("state in the register", "active"),
    "revoked": pgettext_lazy("state in the register", "licence revoked"),
    "cancelled": pgettext_lazy("state in the register", "cancelled"),
    "liquidation": pgettext_lazy("state in the register", "in liquidation"),
    "suspended": pgettext_lazy("state in the register", "business suspended"),
    "moved_out": pgettext_lazy("state in the register", "moved to another register"),
    "other": pgettext_lazy("state in the register", "another state"),
}
LISTINGS = {
    "abnormal": _("list of abnormal operation"),
    "serious": _("list of serious violations"),
    "dishonest_debtor": _("list of dishonest debtors"),
    "tax": _("list of serious tax offences"),
    "other": _("another list"),
}
#: What of the form is compared with the register; the name comes first, on its own.
_COMPARED = ("legal_person", "registered_capital", "established_on", "address", "scope")


def registration(facts: Facts) -> Verdict:
    """The company is in the register, active, under this name, with this legal person, capital and scope."""
    if facts.is_individual:
        return ok("registration.not_needed")
    asked = facts.registers.get("registration")
    if waiting := _waiting(asked, "registration"):
        return waiting
    assert asked is not None
    if not asked.found:
        return fail("registration.unknown", **_when(asked))
    entry = asked.facts
    assert isinstance(entry, Registration)
    if entry.status != "active":
        say = unsure if entry.status in ("moved_out", "other") else fail
        return say("registration.status", status=entry.status, **_when(asked))
    if entry.expires_on and entry.expires_on < facts.today:
        return fail("registration.expired", date=str(entry.expires_on))
    likeness = spelling.compared(facts.legal_name, entry.name, facts.policy.names.near)
    if likeness == "different":
        return fail("registration.name", form=facts.legal_name, document=entry.name)
    if likeness == "near":
        return unsure("registration.name", form=facts.legal_name, document=entry.name)
    return _compared(facts, entry, asked)


def _compared(facts: Facts, entry: Registration, asked: Enquiry) -> Verdict:
    """The other fields; another legal person fails, the rest is left to a person."""
    theirs = {name: getattr(entry, name) for name in _COMPARED if getattr(entry, name)}
    differing = [
        name
        for name, value in theirs.items()
        if getattr(facts, name) and not agrees(name, getattr(facts, name), str(value))
    ]
    if "legal_person" in differing:
        return fail("registration.legal_person", **_when(asked))
    if differing:
        return unsure("registration.differs", fields=differing, **_when(asked))
    return ok("registration.equal", **_when(asked))


def credit_record(facts: Facts) -> Verdict:
    """Nothing serious in the public credit record: what is serious says the policy."""
    if facts.is_individual:
        return ok("credit_record.not_needed")
    asked = facts.registers.get("credit_record")
    if waiting := _waiting(asked, "credit_record"):
        return waiting
    assert asked is not None
    record = asked.facts
    if not asked.found or not isinstance(record, CreditRecord):
        return unsure("credit_record.unknown", **_when(asked))
    rules = facts.policy.credit_record
    standing = [each for each in record.listings if not each.until or each.until >= facts.today]
    refused = [each for each in standing if each.kind in rules.refused]
    if refused:
        return fail("credit_record.listed", listing=refused[0].kind, since=_since(refused[0]))
    counted = facts.today - dt.timedelta(days=rules.penalty_days)
    penalties = [each for each in record.penalties if each.decided_on >= counted]
    penalties.sort(key=lambda each: each.decided_on, reverse=True)
    if len(penalties) >= rules.penalties:
        return fail("credit_record.penalties", count=len(penalties), reason=penalties[0].reason)
    if standing:
        return unsure("credit_record.listed", listing=standing[0].kind, since=_since(standing[0]))
    if penalties:
        return unsure("credit_record.penalties", count=len(penalties), reason=penalties[0].reason)
    return ok("credit_record.clean", **_when(asked))


def _since(listing: Listing) -> str:
    return str(listing.since) if listing.since else ""


def _waiting(asked: Enquiry | None, check: str) -> Verdict | None:
    """What is said while there is no answer; None when there is one."""
    if asked is None:
        return unsure("registers.none")
    if asked.facts is not None or not asked.found:
        return None
    if asked.asked_at is None:
        return unsure("registers.not_asked")
    if asked.again_at is None:
        return unsure("registers.given_up", asked=asked.asked_at.isoformat())
    return unsure("registers.away", asked=asked.asked_at.isoformat(), again=asked.again_at.isoformat())


def _when(asked: Enquiry) -> dict[str, Any]:
    return {"source": asked.source, "asked": asked.asked_at.isoformat() if asked.asked_at else ""}
