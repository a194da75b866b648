"""The onboarding policy: which documents, how fast, which categories need two people, which reasons may be given."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from merchants.models import Category, ShopType
from shopops.clocks.pure import Calendar
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, Text
from shopops.policies.models import PolicyVersion

KIND = "onboarding"

Fact = Literal["number", "holder", "issued", "expires"]
DecisionKind = Literal["needs_info", "reject"]
Per = Literal["application", "missing_document", "outdated_document", "misnamed_document", "uploaded_document"]


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How soon applicants get an answer: working days in the marketplace's zone."""

    working_days: int
    weekdays: list[int]
    opens: dt.time
    closes: dt.time
    holidays: list[dt.date] = []
    make_up_days: list[dt.date] = []


class DocumentType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of document. `facts`: what the applicant types from it. Days count from the day of the check.

    `valid_days`: it must be valid at least that long. `max_age_days`: it must have been issued within that time
    (0: any). `several`: more than one may be current.
    """

    name: Text
    hint: Text
    facts: list[Fact] = []
    required_facts: list[Fact] = []
    holder: Literal["company", "brand_owner", "anyone"] = "anyone"
    valid_days: int = 0
    max_age_days: int = 0
    several: bool = False


class ChecklistRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shops of these types in these categories (empty: all) need one document out of `any_of`."""

    any_of: list[str]
    shop_types: list[ShopType] = []
    categories: list[Category] = []


class ScopeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a business scope: `covers` names the category for sure, `hints` only makes it likely."""

    covers: list[str]
    hints: list[str] = []


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason for "needs corrections" or "reject"; reviewers read them in this order.

    It is ticked beforehand when `check` failed.
    `item` is what the applicant has to answer: "field.<name>", "document" (with `per`), or "other".
    """

    code: str
    text: Text
    advice: Text
    decisions: list[DecisionKind]
    item: str
    check: str = ""
    per: Per = "application"


class OnboardingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "onboarding"."""

    promise: Promise
    high_risk_categories: list[Category]
    documents: dict[str, DocumentType]
    checklist: list[ChecklistRule]
    scope_words: dict[Category, ScopeWords]
    reasons: list[Reason]

    def __post_init__(self) -> None:
        unknown = {code for rule in self.checklist for code in rule.any_of} - self.documents.keys()
        if unknown:
            raise ValueError(f"checklist names documents that are not described: {', '.join(sorted(unknown))}")
        codes = [reason.code for reason in self.reasons]
        if len(codes) != len(set(codes)):
            raise ValueError("reasons: two reasons have the same code")

    def reason(self, code: str) -> Reason | None:
        """The reason with this code; None when a later policy dropped it."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def calendar(self) -> Calendar:
        """The reviewers' working time."""
        promise = self.promise
        return Calendar(
            zone=settings.TIME_ZONE,
            weekdays=frozenset(promise.weekdays),
            hours=(promise.opens, promise.closes),
            holidays=frozenset(promise.holidays),
            make_up_days=frozenset(promise.make_up_days),
        )

    def requirements(self, shop_type: str, category: str) -> list["Requirement"]:
        """The checklist of a shop type and category, in the policy's order."""
        return [
            Requirement(tuple(rule.any_of), self)
            for rule in self.checklist
            if (not rule.shop_types or shop_type in rule.shop_types)
            and (not rule.categories or category in rule.categories)
        ]

    def document_name(self, code: str) -> str:
        """A document type in the reader's language; the code itself when a later policy dropped it."""
        return str(self.documents[code].name) if code in self.documents else code


@dataclass(frozen=True)
class Requirement:
    """One line of a checklist: any of these types of document will do."""

    types: tuple[str, ...]
    policy: OnboardingPolicy

    @property
    def main(self) -> str:
        """The type that is meant first."""
        return self.types[0]

    @property
    def name(self) -> str:
        """The accepted types in words."""
        first, *others = [self.policy.document_name(code) for code in self.types]
        return str(_(" or ")).join([first, *(within(other) for other in others)])

    @property
    def hint(self) -> str:
        return str(self.policy.documents[self.main].hint)


def within(words: str) -> str:
    """Return words as they stand inside a sentence: "test report", but "CCC certificate" and "ID card"."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def active() -> tuple[PolicyVersion, OnboardingPolicy]:
    """The policy in force now."""
    return policies.active(KIND, OnboardingPolicy)


def of(version: PolicyVersion | None) -> OnboardingPolicy:
    """The body of the version something was decided under; the one in force when there is none yet."""
    return policies.typed(version, OnboardingPolicy) if version else active()[1]


ONBOARDING = PolicyKind(
    code=KIND,
    label=_("Onboarding"),
    type=OnboardingPolicy,
    pack=Path(__file__).parent / "policies" / "onboarding.toml",
)
