"""The auto-approval policy: which applications a rule would let in, and when it may do more than record that."""

import hashlib
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from merchants.checks import CHECKS
from merchants.models import Category, ShopType
from shopops.policies import selectors as policies
from shopops.policies.kinds import about
from shopops.policies.models import PolicyVersion

KIND = "auto_approval"

#: Goods that concern life and health: E-Commerce Law art. 38 adds a duty of care, so people decide, always.
NEVER = frozenset({Category.FOOD, Category.HEALTH_FOOD, Category.COSMETICS, Category.MEDICAL})
#: A shop that shares its licence, person or phone with one that was closed or suspended is for people, always.
ALWAYS_PASSED = frozenset({"related", "duplicates", "credit_code"})

Mode = Literal["record", "approve"]
RegisterKind = Literal["registration", "credit_record"]
#: What changes no verdict; versions that differ in these alone share their record.
_NO_CRITERIA = ("mode", "daily_cap", "to_people", "min_precision", "min_sample", "window_days")


class AutoApprovalPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "auto_approval". Checks what is true of any version, old ones included."""

    mode: Annotated[
        Mode,
        about(
            _("What it does"),
            _("Approving begins only while the record below is good enough; until then it records."),
            choices={"record": _("Only record what it would do"), "approve": _("Approve")},
        ),
    ]
    shop_types: Annotated[list[ShopType], about(_("Shop types"), _("Others go to people."))]
    categories: Annotated[list[Category], about(_("Categories"), _("Others go to people; high-risk ones always do."))]
    must_pass: Annotated[list[str], about(_("Checks that must have run and passed"), _("Codes of checks, one a line."))]
    may_be_unsure: Annotated[
        list[str],
        about(_("Checks that may be unsure"), _("One a line. Every other check must pass, those that come later too.")),
    ] = []
    registers: Annotated[
        list[RegisterKind],
        about(
            _("Registers that must have answered"),
            choices={"registration": _("Registration"), "credit_record": _("Credit record")},
        ),
    ] = []
    register_days: Annotated[int, about(_("Answers of registers not older than"), unit="days", ge=1, le=365)] = 30
    min_agreement: Annotated[
        float,
        about(
            _("Agreement of the licence with the form"),
            _("The least share of the fields read by machine that say what the form says; 0: no reading is needed."),
            unit="share",
            ge=0,
            le=1,
        ),
    ] = 0.0
    daily_cap: Annotated[
        int, about(_("Approvals a day at most"), _("What comes later goes to people."), ge=0, le=10_000)
    ] = 20
    to_people: Annotated[
        float,
        about(
            _("Share that goes to people all the same"),
            _("Drawn by the application's number. Their decisions keep the record going."),
            unit="share",
            ge=0.05,
            le=1,
        ),
    ] = 0.2
    min_precision: Annotated[
        float,
        about(
            _("Least precision"),
            _("Of what it would approve, people must approve this share, by the lower bound of the 95% interval."),
            unit="share",
            ge=0.5,
            le=1,
        ),
    ] = 0.95
    min_sample: Annotated[
        int, about(_("Least sample"), _("So many of its verdicts must have met a person's decision."), ge=20)
    ] = 80
    window_days: Annotated[
        int, about(_("The record counts"), _("Verdicts of so many days."), unit="days", ge=30, le=365)
    ] = 90

    def __post_init__(self) -> None:
        risky = sorted(NEVER & set(self.categories))
        if risky:
            raise ValueError(f"categories: {', '.join(risky)} concern life and health; people decide on them")
        both = sorted(set(self.must_pass) & set(self.may_be_unsure))
        if both:
            raise ValueError(f"may_be_unsure: {', '.join(both)} must pass, by must_pass")
        strict = sorted(ALWAYS_PASSED & set(self.may_be_unsure))
        if strict:
            raise ValueError(f"may_be_unsure: {', '.join(strict)} must always pass")

    @property
    def criteria(self) -> str:
        """SHA-256 of what decides a verdict: versions that share it share their record."""
        body = {name: value for name, value in msgspec.to_builtins(self).items() if name not in _NO_CRITERIA}
        ordered = {name: sorted(value) if isinstance(value, list) else value for name, value in body.items()}
        return hashlib.sha256(msgspec.json.encode(ordered, order="deterministic")).hexdigest()


class CurrentAutoApprovalPolicy(AutoApprovalPolicy, frozen=True, forbid_unknown_fields=True):
    """A version that can decide today: every check it names exists. Old versions stay readable without."""

    def __post_init__(self) -> None:
        super().__post_init__()
        unknown = sorted({*self.must_pass, *self.may_be_unsure} - CHECKS.keys())
        if unknown:
            raise ValueError(f"there is no check {', '.join(unknown)}; there are: {', '.join(CHECKS)}")


def active() -> tuple[PolicyVersion, AutoApprovalPolicy]:
    """The version in force; raises shopops.policies.selectors.NoPolicy when none was published."""
    return policies.active(KIND, AutoApprovalPolicy)


def of(version: PolicyVersion) -> AutoApprovalPolicy:
    """A version's own text."""
    return policies.typed(version, AutoApprovalPolicy)
