"""The checks and their evidence in words."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from merchants.policy import OnboardingPolicy
from shopops.ui import formats

LABELS = {
    "credit_code": _("Credit code check digit"),
    "organisation_class": _("Shop type fits the registration"),
    "id_number": _("ID number of the legal person"),
    "documents": _("All documents there"),
    "validity": _("Documents valid"),
    "names": _("Name equal across documents"),
    "scope": _("Scope covers category"),
    "duplicates": _("No second shop or application"),
    "related": _("No related shop that was closed"),
}

SHARED = {"uscc": _("credit code"), "person": _("legal person"), "phone": _("phone")}

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
    "id_number.missing": _("The form gives no ID number."),
    "id_number.check_digit": _("The last character does not agree with the other 17."),
    "id_number.wrong": _("Birth date or district of the number do not exist."),
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
    "duplicates.none": _("No other has this credit code or phone."),
    "related.closed": _("Same %(shared)s as “%(name)s”, which was closed."),
    "related.suspended": _("Same %(shared)s as “%(name)s”, which is suspended."),
    "related.good": _("%(count)s related, none of them closed."),
    "related.none": _("None found."),
}


def label(code: str) -> str:
    """A check's name; its code when a later release dropped it."""
    return str(LABELS.get(code, code))


def shared(codes: list[str]) -> str:
    """What two shops have in common, in words."""
    return _listed([str(SHARED.get(code, code)) for code in codes])


def sentence(evidence: str, params: dict[str, Any], policy: OnboardingPolicy) -> str:
    """A stored result's evidence in the reader's language."""
    words = dict(params)
    if "documents" in words:
        words["documents"] = _listed([policy.document_name(code) for code in words["documents"]])
    if "shared" in words:
        words["shared"] = shared(words["shared"])
    if "date" in words:
        words["date"] = formats.day(dt.date.fromisoformat(words["date"]), year="always")
    return str(SENTENCES[evidence]) % words if evidence in SENTENCES else evidence


def _listed(words: list[str]) -> str:
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)
