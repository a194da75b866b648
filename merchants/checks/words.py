"""The checks and their evidence in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from merchants.checks import public
from merchants.policy import OnboardingPolicy
from shopops.ui import formats

LABELS = {
    "credit_code": _("Credit code check digit"),
    "organisation_class": _("Shop type fits the registration"),
    "id_number": _("ID number of the legal person"),
    "documents": _("All documents there"),
    "validity": _("Documents valid"),
    "names": _("Name equal across documents"),
    "reading": _("Form agrees with the licence as read"),
    "certificates": _("Organisation code and taxpayer id"),
    "scope": _("Scope covers category"),
    "permits": _("Permits of the category"),
    "brand_chain": _("Brand authorisation"),
    "registration": _("Register of companies"),
    "credit_record": _("Credit record"),
    "duplicates": _("No second shop or application"),
    "related": _("No related shop that was closed"),
    "sample": _("Sample goods"),
}

SHARED = {
    "uscc": _("credit code"),
    "person": _("legal person"),
    "phone": _("phone"),
    "bank": _("bank account"),
    "device": _("device"),
    "name": _("similar name"),
}
#: What fields of the form are called inside a sentence.
FIELDS = {
    "uscc": _("credit code"),
    "address": _("address"),
    "legal_person": _("legal person"),
    "registered_capital": _("registered capital"),
    "established_on": _("day of establishment"),
    "legal_form": _("legal form"),
    "scope": _("business scope"),
}

SENTENCES = {
    "credit_code.not_needed": _("An individual has no credit code."),
    "credit_code.missing": _("The form gives no credit code."),
    "credit_code.old_number": _(
        "%(code)s is a registration number of the old form with 15 digits. Ask for the merged licence."
    ),
    "credit_code.length": _("The code has %(length)s characters, it must have 18."),
    "credit_code.characters": _(
        "%(code)s has characters that a credit code cannot have (letters I, O, S, V, Z, or letters in positions 3–8)."
    ),
    "credit_code.check_digit": _("The last character is %(given)s, by the other 17 it must be %(expected)s."),
    "credit_code.organisation": _("The organisation code inside ends in %(given)s, it must end in %(expected)s."),
    "credit_code.right": _("Check digit right. Organisation code %(organisation)s."),
    "organisation_class.not_needed": _("An individual needs no registration."),
    "organisation_class.unknown": _("The credit code is not complete, so the kind of registration is unknown."),
    "organisation_class.sole_trader": _(
        "The code starts with 92, a sole trader; the form asks for another type of shop."
    ),
    "organisation_class.company": _("The code starts with 91, a company; the form says sole trader."),
    "organisation_class.other": _("The code starts with %(start)s, neither a company (91) nor a sole trader (92)."),
    "organisation_class.fits": _("The code starts with %(start)s."),
    "organisation_class.place": _("Characters 3–8 of the code, %(place)s, are no place that the list of places knows."),
    "id_number.missing": _("The form gives no ID number."),
    "id_number.check_digit": _("The last character does not agree with the other 17."),
    "id_number.wrong": _("The birth date in the number does not exist."),
    "id_number.place": _(
        "Check digit right, but the list of places does not know %(place)s. Compare it with the card."
    ),
    "id_number.foreign": _("Not a resident's ID number. Compare it with the document."),
    "id_number.right": _("Check digit right."),
    "documents.missing": _("Missing: %(documents)s."),
    "documents.complete": _("%(count)s documents."),
    "validity.expired": _("%(documents)s ran out on %(date)s."),
    "validity.too_old": _("%(documents)s of %(date)s is older than allowed."),
    "validity.future": _("%(documents)s: issued on %(date)s, which is still to come."),
    "validity.short": _("%(documents)s is valid until %(date)s only, shorter than asked for."),
    "validity.until": _("The first one runs out on %(date)s."),
    "validity.no_end": _("None of them has an end."),
    "names.differ": _("The form says “%(form)s”, %(documents)s says “%(document)s”."),
    "names.near": _(
        "Nearly the same: the form says “%(form)s”, %(documents)s says “%(document)s”. They differ in “%(ours)s” and "
        "“%(theirs)s”."
    ),
    "names.code_differs": _("The form has the code %(form)s, the licence %(document)s."),
    "names.brand_owner": _(
        "The mark belongs to “%(document)s”, not to the company. A flagship shop needs an exclusive authorisation."
    ),
    "names.nothing_to_compare": _("An individual's documents carry no company name."),
    "names.not_typed": _("No name was typed from the documents. Compare them by eye."),
    "names.equal": _("The names agree."),
    "scope.not_needed": _("An individual has no registered scope."),
    "scope.empty": _("The form gives no scope."),
    "scope.no_words": _("There are no words for this category in the policy."),
    "scope.covers": _("The scope names “%(word)s”."),
    "scope.excluded": _("The scope rules out “%(word)s”."),
    "scope.likely": _("The scope names “%(word)s”, which may cover it."),
    "scope.not_named": _("The scope does not name the category."),
    "duplicates.shop": _("The shop “%(name)s” has the same credit code."),
    "duplicates.application": _("The application %(name)s has the same credit code."),
    "duplicates.person": _("“%(name)s” has the same ID number."),
    "duplicates.phone": _("“%(name)s” has the same phone."),
    "duplicates.bank": _("“%(name)s” has the same bank account."),
    "duplicates.device": _("“%(name)s” was submitted from the same device."),
    "duplicates.name": _("“%(name)s” has a similar name (%(alike)s)."),
    "duplicates.none": _("No other has this credit code, phone, bank account, device or a similar name."),
    "related.closed": _("Same %(shared)s as “%(name)s”, which was closed."),
    "related.suspended": _("Same %(shared)s as “%(name)s”, which is suspended."),
    "related.good": _("%(count)s related, none of them closed."),
    "related.none": _("None found."),
    "reading.not_needed": _("An individual has no business licence."),
    "reading.none": _("No machine has read the licence. Compare it by eye."),
    "reading.code": _("The form has the code %(form)s, the scan of the licence %(document)s."),
    "reading.differs": _("The licence was read differently: %(fields)s."),
    "reading.nothing": _("Read from the licence, empty in the form: %(fields)s."),
    "reading.equal": _("As on the licence: %(fields)s."),
    "certificates.not_needed": _("An individual has no organisation code."),
    "certificates.derived": _(
        "Derived from the merged licence: organisation code %(organisation)s, taxpayer id %(taxpayer)s."
    ),
    "certificates.organisation": _(
        "By the credit code the organisation code is %(form)s, the certificate has %(document)s."
    ),
    "certificates.taxpayer": _("By the credit code the taxpayer id is %(form)s, the certificate has %(document)s."),
    "certificates.missing": _("The licence was never merged, so these are needed: %(documents)s."),
    "certificates.disagree": _("The tax registration %(document)s does not end in the organisation code %(form)s."),
    "certificates.old": _("A licence of before the merger with its certificates. Ask for the merged licence."),
    "certificates.unknown": _("The credit code is not right, so nothing can be derived from it."),
    "permits.not_needed": _("The category needs no permit."),
    "permits.missing": _("Missing: %(documents)s."),
    "permits.expired": _("%(documents)s ran out on %(date)s."),
    "permits.holder": _("%(documents)s is held by “%(document)s”, the form says “%(form)s”."),
    "permits.number": _("%(documents)s: such a number does not look like %(number)s. Compare it with the scan."),
    "permits.right": _("In force and held by the company: %(documents)s."),
    "brand_chain.not_needed": _("This type of shop needs no brand authorisation."),
    "brand_chain.nothing": _("Neither a trade mark certificate nor an authorisation was uploaded."),
    "brand_chain.not_typed": _("Who authorised whom was not typed from every authorisation. Read them."),
    "brand_chain.own": _("%(brand)s: the mark is the company's own."),
    "brand_chain.whole": _("%(brand)s: authorised by “%(owner)s”, the owner of the mark. Levels: %(levels)s."),
    "brand_chain.exclusive": _(
        "%(brand)s: authorised by “%(owner)s”. A flagship shop needs an exclusive authorisation: read whether it is."
    ),
    "brand_chain.open": _("%(brand)s: no paper shows that “%(name)s” was authorised. There the chain is broken."),
    "brand_chain.no_mark": _("%(brand)s: no trade mark certificate shows that “%(name)s” owns the mark."),
    "brand_chain.too_long": _("%(brand)s: %(levels)s levels up to the owner, at most %(allowed)s are allowed."),
    "brand_chain.expired": _("%(brand)s: the authorisation of “%(name)s” ran out on %(date)s."),
    "brand_chain.not_yet": _("%(brand)s: the authorisation of “%(name)s” begins on %(date)s only."),
    "brand_chain.outside": _(
        "%(brand)s: the authorisation of “%(name)s” outlasts the one above it, which ends on %(date)s."
    ),
    "brand_chain.earlier": _("%(brand)s: the authorisation of “%(name)s” begins before the one above it."),
    "brand_chain.short": _(
        "%(brand)s: the authorisation of “%(name)s” is valid until %(date)s only, shorter than asked for."
    ),
    "registers.none": _("No register is connected. Look the company up by hand."),
    "registers.not_asked": _("The register has not been asked yet."),
    "registers.away": _("The register did not answer. Asked: %(asked)s. It will be asked again: %(again)s."),
    "registers.given_up": _("The register did not answer. Asked last: %(asked)s. Ask again, or look it up by hand."),
    "registration.not_needed": _("An individual is in no register of companies."),
    "registration.unknown": _("The register knows no company with this code (%(source)s, %(asked)s)."),
    "registration.status": _("State in the register: %(status)s (%(source)s, %(asked)s)."),
    "registration.expired": _("By the register the company's term ended on %(date)s."),
    "registration.name": _("The form says “%(form)s”, the register “%(document)s”."),
    "registration.legal_person": _("The register names another legal person (%(source)s, %(asked)s)."),
    "registration.differs": _("Different in the register: %(fields)s (%(source)s, %(asked)s)."),
    "registration.equal": _("Active and as in the form (%(source)s, %(asked)s)."),
    "credit_record.not_needed": _("An individual has no company record."),
    "credit_record.unknown": _(
        "The register of credit records knows no company with this code (%(source)s, %(asked)s)."
    ),
    "credit_record.listed": _("On the %(listing)s%(since)s."),
    "credit_record.penalties": _("Penalties by authorities that count: %(count)s. The latest: %(reason)s"),
    "credit_record.clean": _("No lists, no penalties that count (%(source)s, %(asked)s)."),
    "sample.not_needed": _("The category needs no sample."),
    "sample.waiting": _("No sample has been judged yet."),
    "sample.passed": _("Passed on %(date)s: %(items)s"),
    "sample.failed": _("Did not pass on %(date)s: %(items)s"),
}


def label(code: str) -> str:
    """A check's name; its code when a later release dropped it."""
    return str(LABELS.get(code, code))


def sentence(evidence: str, params: dict[str, Any], policy: OnboardingPolicy) -> str:
    """A stored result's evidence in the reader's language."""
    if evidence not in SENTENCES:
        return evidence
    words = dict(params)
    for name, say in _SAID.items():
        if name in words:
            words[name] = say(words[name])
    if "documents" in words:
        words["documents"] = listed([policy.document_name(code) for code in words["documents"]])
    return str(SENTENCES[evidence]) % words


def shared(codes: list[str]) -> str:
    """What two shops have in common, in words."""
    return listed([str(SHARED.get(code, code)) for code in codes])


def fields(names: list[str]) -> str:
    """Fields of the form, in words."""
    return listed([str(FIELDS.get(name, name)) for name in names])


def listed(words: list[str]) -> str:
    """Words with the comma that the language puts between them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)


def _day(iso: str) -> str:
    return formats.day(dt.date.fromisoformat(iso), year="always")


def _moment(iso: str) -> str:
    return formats.at(dt.datetime.fromisoformat(iso)) if iso else ""


def _since(iso: str) -> str:
    return str(_(" since %(date)s") % {"date": _day(iso)}) if iso else ""


#: How the values of a sentence are said, by their names.
_SAID: dict[str, Callable[[Any], str]] = {
    "shared": shared,
    "fields": fields,
    "date": _day,
    "since": _since,
    "asked": _moment,
    "again": _moment,
    "alike": formats.percent,
    "brand": lambda name: name or str(_("Brand not typed")),
    "status": lambda code: str(public.STATUSES.get(code, code)),
    "listing": lambda code: str(public.LISTINGS.get(code, code)),
}
