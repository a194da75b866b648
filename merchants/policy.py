"""The onboarding policy: which documents, how fast, which categories need two people, which reasons may be given."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from merchants.models import Category, ShopType
from shopops.clocks import selectors as calendars
from shopops.clocks.pure import Calendar
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, Text, about
from shopops.policies.models import PolicyVersion

KIND = "onboarding"

Fact = Literal["number", "holder", "grantor", "brand", "issued", "expires"]
#: Lists of authorities that name a company; the words are in `merchants.checks.public.LISTINGS`.
Listing = Literal["abnormal", "serious", "dishonest_debtor", "tax", "other"]
DecisionKind = Literal["needs_info", "reject"]
_FACTS = {
    "number": _("Number"),
    "holder": _("Holder"),
    "grantor": _("Granted by"),
    "brand": _("Brand"),
    "issued": _("Issued"),
    "expires": _("Expires"),
}
_LISTINGS = {
    "abnormal": _("Abnormal operation"),
    "serious": _("Serious violations"),
    "dishonest_debtor": _("Dishonest debtors"),
    "tax": _("Serious tax offences"),
    "other": _("Other lists"),
}
_DECISIONS = {"needs_info": _("Corrections needed"), "reject": _("Reject")}
Per = Literal[
    "application",
    "missing_document",
    "outdated_document",
    "misnamed_document",
    "doubtful_document",
    "uploaded_document",
]


class Promise(msgspec.Struct, frozen=True):
    """How soon applicants get an answer: working days of a published calendar.

    Unknown fields are left aside: versions from before calendars were policies of their own name hours and holidays
    here, and stay readable.
    """

    working_days: Annotated[int, about(_("Answer within"), unit="working_days", ge=1, le=60)]
    calendar: Annotated[
        str, about(_("Calendar"), _("The code of a policy of kind “calendar”: the reviewers' working time."))
    ] = "default"


class Batches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Approving many applications at once."""

    second_person_above: Annotated[
        int, about(_("Second person above"), _("Larger batches are approved by another person."), ge=0)
    ] = 20
    at_most: Annotated[int, about(_("Applications in a batch at most"), ge=1, le=5000)] = 500


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
    number_format: Annotated[
        str,
        about(
            _("What its number looks like"),
            _("A regular expression for the whole number, without spaces: JY[0-9]{14}. Empty: any number."),
        ),
    ] = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.number_format)
        except re.error as error:
            raise ValueError(f"number_format: no regular expression ({error})") from None


class ChecklistRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shops of these types in these categories (empty: all) need one document out of `any_of`."""

    any_of: Annotated[list[str], about(_("Any one of"), _("Codes of documents, one a line; the first is meant first."))]
    shop_types: Annotated[list[ShopType], about(_("For shop types"), _("None ticked: all."))] = []
    categories: Annotated[list[Category], about(_("In categories"), _("None ticked: all."))] = []
    optional: Annotated[
        bool, about(_("Welcome, not needed"), _("It may be uploaded and is compared; nothing waits for it."))
    ] = False


class NameRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How alike two names are: shared groups of three characters, as PostgreSQL's pg_trgm counts them."""

    near: Annotated[
        float,
        about(
            _("Nearly equal from"),
            _("Names that differ but are that alike are left to a person; others count as different."),
            unit="share",
            ge=0.3,
            le=1,
        ),
    ] = 0.62
    similar: Annotated[
        float,
        about(
            _("Similar to another shop from"),
            _("Shops and applications with a name that alike are shown."),
            unit="share",
            ge=0.3,
            le=1,
        ),
    ] = 0.6


class BrandRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far shops of these types in these categories (empty: all) may be from the owner of the mark.

    `levels`: authorisations between the owner and the company; 1 is direct, 0 is the own mark only.
    """

    levels: Annotated[
        int, about(_("Levels at most"), _("1: authorised by the owner itself. 0: own mark only."), ge=0, le=10)
    ]
    shop_types: Annotated[list[ShopType], about(_("For shop types"), _("None ticked: all."))] = []
    categories: Annotated[list[Category], about(_("In categories"), _("None ticked: all."))] = []
    exclusive: Annotated[
        bool, about(_("Must be exclusive"), _("Without an own mark a person reads whether the authorisation is."))
    ] = False


class CreditRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a company's public credit record may hold."""

    refused: Annotated[
        list[Listing], about(_("Lists that fail the check"), _("The others leave it to a person."), choices=_LISTINGS)
    ]
    penalty_days: Annotated[int, about(_("Penalties count for"), unit="days", ge=1, le=3650)] = 1095
    penalties: Annotated[
        int, about(_("Penalties that fail the check"), _("Fewer leave it to a person."), ge=1, le=100)
    ] = 3


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
                "doubtful_document": _("Document that the check names"),
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
    names: Annotated[NameRules, about(_("Names"), _("When two names count as the same."))]
    brands: Annotated[
        list[BrandRule],
        about(
            _("Brand authorisations"),
            _("The first that fits a shop counts; a shop that none fits needs no authorisation."),
            match=("shop_types", "categories"),
        ),
    ]
    credit_record: Annotated[CreditRules, about(_("Credit record"), _("What public registers may say."))]
    sample_categories: Annotated[
        list[Category], about(_("Samples are tested in"), _("Categories in which sample goods are judged by a person."))
    ]
    reasons: Annotated[list[Reason], about(_("Reasons"), _("Reviewers read them in this order."))]
    batches: Annotated[Batches, about(_("Batches"), _("Approving many applications at once."))] = Batches()

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
        """The reviewers' working time; raises NoCalendar when the promise names one that is not published."""
        return calendars.calendar(self.promise.calendar)

    def requirements(self, shop_type: str, category: str) -> list["Requirement"]:
        """The checklist of a shop type and category, in the policy's order."""
        return [
            Requirement(tuple(rule.any_of), self)
            for rule in self.checklist
            if not rule.optional and _fits(rule, shop_type, category)
        ]

    def welcome(self, shop_type: str, category: str) -> list["Requirement"]:
        """What may be uploaded besides: nothing waits for it, but the checks compare it."""
        return [
            Requirement(tuple(rule.any_of), self)
            for rule in self.checklist
            if rule.optional and _fits(rule, shop_type, category)
        ]

    def permits(self, shop_type: str, category: str) -> list["Requirement"]:
        """The part of the checklist that is there because of the category."""
        return [
            Requirement(tuple(rule.any_of), self)
            for rule in self.checklist
            if rule.categories and not rule.optional and _fits(rule, shop_type, category)
        ]

    def brand_rule(self, shop_type: str, category: str) -> BrandRule | None:
        """How far this shop may be from the owner of the mark; None: it needs no authorisation."""
        return next((rule for rule in self.brands if _fits(rule, shop_type, category)), None)

    def document_name(self, code: str) -> str:
        """A document type in the reader's language; the code itself when a later policy dropped it."""
        return str(self.documents[code].name) if code in self.documents else code


def _fits(rule: ChecklistRule | BrandRule, shop_type: str, category: str) -> bool:
    return (not rule.shop_types or shop_type in rule.shop_types) and (
        not rule.categories or category in rule.categories
    )


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
