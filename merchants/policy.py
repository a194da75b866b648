"""The onboarding policy: which documents, how fast, which categories need two people, which reasons may be given."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from merchants.models import Category, ShopType
from shopops.clocks.pure import Calendar
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, Text, about
from shopops.policies.models import PolicyVersion

KIND = "onboarding"

Fact = Literal["number", "holder", "issued", "expires"]
DecisionKind = Literal["needs_info", "reject"]
_FACTS = {
    "number": _("Number"),
    "holder": _("Holder"),
    "issued": _("Issued"),
    "expires": _("Expires"),
}
_DECISIONS = {"needs_info": _("Corrections needed"), "reject": _("Reject")}
_WEEKDAYS = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}
Per = Literal["application", "missing_document", "outdated_document", "misnamed_document", "uploaded_document"]


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How soon applicants get an answer: working days in the marketplace's zone."""

    working_days: Annotated[int, about(_("Answer within"), unit="working_days", ge=1, le=60)]
    weekdays: Annotated[list[int], about(_("Working days"), choices=_WEEKDAYS)]
    opens: Annotated[dt.time, about(_("Work begins"))]
    closes: Annotated[dt.time, about(_("Work ends"))]
    holidays: Annotated[list[dt.date], about(_("Holidays"), _("One date a line: 2026-10-01."))] = []
    make_up_days: Annotated[list[dt.date], about(_("Make-up days"), _("Worked although the weekday is free."))] = []


class DocumentType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of document. `facts`: what the applicant types from it. Days count from the day of the check.

    `valid_days`: it must be valid at least that long. `max_age_days`: it must have been issued within that time
    (0: any). `several`: more than one may be current.
    """

    name: Annotated[Text, about(_("Name"))]
    hint: Annotated[Text, about(_("Hint for the applicant"))]
    facts: Annotated[list[Fact], about(_("What the applicant types from it"), choices=_FACTS)] = []
    required_facts: Annotated[list[Fact], about(_("Of these required"), choices=_FACTS)] = []
    holder: Annotated[
        Literal["company", "brand_owner", "anyone"],
        about(
            _("Issued to"),
            choices={"company": _("The company"), "brand_owner": _("The brand owner"), "anyone": _("Anybody")},
        ),
    ] = "anyone"
    valid_days: Annotated[int, about(_("Valid for at least"), _("From the day of the check."), unit="days", ge=0)] = 0
    max_age_days: Annotated[int, about(_("Issued within"), _("0: any age will do."), unit="days", ge=0)] = 0
    several: Annotated[bool, about(_("More than one may be current"))] = False


class ChecklistRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shops of these types in these categories (empty: all) need one document out of `any_of`."""

    any_of: Annotated[list[str], about(_("Any one of"), _("Codes of documents, one a line; the first is meant first."))]
    shop_types: Annotated[list[ShopType], about(_("For shop types"), _("None ticked: all."))] = []
    categories: Annotated[list[Category], about(_("In categories"), _("None ticked: all."))] = []


class ScopeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a business scope: `covers` names the category for sure, `hints` only makes it likely."""

    covers: Annotated[list[str], about(_("Words that cover it"), _("One a line."))]
    hints: Annotated[list[str], about(_("Words that hint at it"), _("One a line."))] = []


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason for "needs corrections" or "reject"; reviewers read them in this order.

    It is ticked beforehand when `check` failed.
    `item` is what the applicant has to answer: "field.<name>", "document" (with `per`), or "other".
    """

    code: Annotated[str, about(_("Code"))]
    text: Annotated[Text, about(_("Text"))]
    advice: Annotated[Text, about(_("What the applicant should do"))]
    decisions: Annotated[list[DecisionKind], about(_("May be given for"), choices=_DECISIONS)]
    item: Annotated[
        str,
        about(
            _("What has to be answered"), _("field.NAME, document, or other; it decides where the applicant answers.")
        ),
    ]
    check: Annotated[str, about(_("Ticked when this check failed"))] = ""
    per: Annotated[
        Per,
        about(
            _("Once per"),
            choices={
                "application": _("Application"),
                "missing_document": _("Missing document"),
                "outdated_document": _("Outdated document"),
                "misnamed_document": _("Document with another name"),
                "uploaded_document": _("Uploaded document"),
            },
        ),
    ] = "application"


class OnboardingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "onboarding"."""

    promise: Annotated[Promise, about(_("Promise"), _("How soon applicants get an answer."))]
    high_risk_categories: Annotated[
        list[Category], about(_("High-risk categories"), _("Two people approve applications in these."))
    ]
    documents: Annotated[dict[str, DocumentType], about(_("Documents"))]
    checklist: Annotated[
        list[ChecklistRule],
        about(_("Checklist"), _("Which documents are needed."), match=("any_of", "shop_types", "categories")),
    ]
    scope_words: Annotated[
        dict[Category, ScopeWords],
        about(_("Words of the business scope"), _("What a licence must name for a category.")),
    ]
    reasons: Annotated[list[Reason], about(_("Reasons"), _("Reviewers read them in this order."))]

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
    help_text=_("Which documents an applicant brings, how soon the answer comes, and why it may be no."),
)
