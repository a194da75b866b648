"""The automatic checks of onboarding, run on what a shop would be after a change."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from merchants import policy as onboarding
from merchants.changes.fields import DOCUMENT_PREFIX
from merchants.changes.models import ChangeRequest, Proof
from merchants.checks import CHECKS, Facts, Paper, Relative, Verdict
from merchants.checks.words import label, sentence
from merchants.models import Merchant
from shopops.fields import digest

#: Which checks a field concerns.
_CONCERNED: dict[str, tuple[str, ...]] = {
    "shop_type": ("organisation_class", "documents"),
    "category": ("documents", "scope"),
    "legal_name": ("names",),
    "uscc": ("credit_code", "organisation_class", "names", "duplicates", "related"),
    "scope": ("scope",),
    "legal_person": ("names",),
    "id_number": ("id_number", "related"),
    "bank_account": ("related",),
}
_WORST_FIRST = {"fail": 0, "unsure": 1, "pass": 2}


@dataclass(frozen=True)
class Checked:
    """One check with its verdict, in words."""

    code: str
    label: str
    outcome: str
    evidence: str


def run(request: ChangeRequest, now: dt.datetime | None = None) -> list[Checked]:
    """Run what the request concerns on the shop's facts with the new values in their place; the worst first."""
    body = onboarding.active()[1]
    values = {value.field: value.after or "" for value in request.values.all()}
    proofs = list(request.proofs.filter(replaced_at__isnull=True))
    facts = _facts(request, values, proofs, body, now or timezone.now())
    codes = [code for field in values for code in _CONCERNED.get(field, ())]
    if proofs:
        codes += ["validity", "names"]
    # What else of the shop has ended is no matter of this request.
    given = {"validity": replace(facts, papers=_as_papers(proofs, body))}
    verdicts = [(code, CHECKS[code](given.get(code, facts))) for code in dict.fromkeys(codes) if code in CHECKS]
    found = [_shown(code, verdict, body) for code, verdict in verdicts]
    return sorted(found, key=lambda each: _WORST_FIRST[each.outcome])


def outcomes(checked: list[Checked]) -> dict[str, str]:
    """The outcomes by code, as a decision keeps them."""
    return {each.code: each.outcome for each in checked}


def _shown(code: str, verdict: Verdict, body: onboarding.OnboardingPolicy) -> Checked:
    return Checked(code, label(code), verdict.outcome, sentence(verdict.evidence, verdict.params, body))


def _facts(
    request: ChangeRequest,
    values: dict[str, str],
    proofs: list[Proof],
    body: onboarding.OnboardingPolicy,
    now: dt.datetime,
) -> Facts:
    merchant = request.merchant

    def new(field: str) -> str:
        return values.get(field, getattr(merchant, field) or "")

    return Facts(
        policy=body,
        today=timezone.localtime(now, timezone.get_default_timezone()).date(),
        shop_type=new("shop_type"),
        category=new("category"),
        legal_name=new("legal_name"),
        uscc=new("uscc"),
        scope=new("scope"),
        legal_person=new("legal_person"),
        id_number=new("id_number"),
        papers=_papers(request, proofs, body, values),
        relatives=tuple(_relatives(merchant, new)),
    )


def _papers(
    request: ChangeRequest, proofs: list[Proof], body: onboarding.OnboardingPolicy, values: dict[str, str]
) -> tuple[Paper, ...]:
    """The shop's documents as they would be: what the proofs replace is gone. For a renewal the proofs alone."""
    kept: list[Any] = []
    if not any(field.startswith(DOCUMENT_PREFIX) for field in values):
        replaced = {proof.type for proof in proofs if proof.type in body.documents}
        kept = [
            each
            for each in request.merchant.documents.filter(replaced_at__isnull=True)
            if each.type not in replaced or (each.type in body.documents and body.documents[each.type].several)
        ]
    return (*_as_papers(kept, body), *_as_papers(proofs, body))


def _as_papers(documents: Iterable[Any], body: onboarding.OnboardingPolicy) -> tuple[Paper, ...]:
    """Documents or proofs as the checks take them; what is no document of a shop is left out."""
    return tuple(
        Paper(each.pk, each.type, each.number, each.holder, each.issued_on, each.expires_on)
        for each in documents
        if each.type in body.documents
    )


def _relatives(merchant: Merchant, new: Any) -> list[Relative]:
    """Other shops with the same credit code, legal person, phone or bank account after the change."""
    ours = {
        "uscc": ("uscc", new("uscc")),
        "person": ("id_digest", digest(new("id_number"))),
        "phone": ("phone_digest", merchant.phone_digest),
        "bank": ("bank_digest", digest(new("bank_account"))),
    }
    shared = Q()
    for column, value in ours.values():
        if value:
            shared |= Q(**{column: value})
    if not shared:
        return []
    others = Merchant.objects.filter(shared).exclude(pk=merchant.pk).order_by("id")[:50]
    return [
        Relative(
            other.shop_name,
            tuple(code for code, (column, value) in ours.items() if value and getattr(other, column) == value),
            is_shop=True,
            closed=other.state == Merchant.State.CLOSED,
            suspended=other.state == Merchant.State.SUSPENDED,
        )
        for other in others
    ]
