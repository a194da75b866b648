"""The policy of changes: which facts are key, with which proof, how soon, who decides; reminders; re-verification."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from merchants.changes.fields import DOCUMENT_PREFIX, KEY_FIELDS
from merchants.models import Merchant
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, Text, about
from shopops.policies.models import PolicyVersion

KIND = "merchant_changes"

Field = Literal[
    "shop_name", "shop_type", "category", "brand", "legal_name", "uscc", "legal_form", "address",
    "registered_capital", "scope", "legal_person", "id_number", "bank_name", "bank_account",
]  # fmt: skip
DecisionKind = Literal["needs_info", "reject"]
_FIELD_NAMES = {name: Merchant._meta.get_field(name).verbose_name for name in KEY_FIELDS}  # type: ignore[union-attr]
_MONTHS = {number: str(number) for number in range(1, 13)}


class FieldRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a change of one field takes. `proof`: any one of these documents; none when empty."""

    field: Annotated[Field, about(_("Field"), choices=_FIELD_NAMES)]
    working_days: Annotated[int, about(_("Answer within"), unit="working_days", ge=1, le=60)]
    proof: Annotated[
        list[str],
        about(_("Proof"), _("Codes of documents of the onboarding policy or below, one a line; any one will do.")),
    ] = []
    second_person: Annotated[bool, about(_("Two people decide"))] = False


class ProofType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proof that is no document of the shop: it is kept with the request and replaces nothing."""

    name: Annotated[Text, about(_("Name"))]
    hint: Annotated[Text, about(_("Hint for the shop"))]


class ChangeReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a change is sent back or rejected."""

    code: Annotated[str, about(_("Code"))]
    text: Annotated[Text, about(_("Text"))]
    advice: Annotated[Text, about(_("What the shop should do"))]
    decisions: Annotated[
        list[DecisionKind],
        about(_("May be given for"), choices={"needs_info": _("Corrections needed"), "reject": _("Reject")}),
    ]


class Expiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When shops are told that a document ends."""

    days_ahead: Annotated[list[int], about(_("Told days ahead"), _("One number a line: 30, 15, 7."))]
    when_ended: Annotated[bool, about(_("Told once it has ended"))] = True

    def __post_init__(self) -> None:
        if any(days < 1 or days > 365 for days in self.days_ahead) or len(set(self.days_ahead)) < len(self.days_ahead):
            raise ValueError("days_ahead: numbers between 1 and 365, each once")

    @property
    def steps(self) -> list[int]:
        """The steps from the earliest on; 0 stands for "has ended"."""
        return [*sorted(self.days_ahead, reverse=True), *([0] if self.when_ended else [])]

    def step_at(self, days_left: int) -> int | None:
        """The step that is reached with so many days left (negative: it has ended); None before the first."""
        if days_left < 0:
            return 0 if self.when_ended else min(self.days_ahead, default=None)
        return min((days for days in self.days_ahead if days >= days_left), default=None)


class Reverification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often shops confirm their file, and what happens when they do not.

    Source: Measures for the Supervision of Online Transactions (2021), art. 24: platforms verify at least every six
    months. `batch_months`: verifications open in these months only, early enough that none is older than `months`.
    """

    months: Annotated[int, about(_("Every so many months"), ge=1, le=24)]
    answer_days: Annotated[int, about(_("Time to answer"), unit="days", ge=1, le=180)]
    grace_days: Annotated[int, about(_("Grace after the last day"), unit="days", ge=0, le=90)]
    reminders: Annotated[list[int], about(_("Reminded days ahead"), _("One number a line: 7, 2; 0 is the last day."))]
    sample: Annotated[float, about(_("Share of confirmations that a reviewer checks"), unit="share", ge=0, le=1)]
    statement: Annotated[Text, about(_("Statement"), _("What the owner agrees to with each confirmation."))]
    batch_months: Annotated[
        list[int], about(_("In these months only"), _("None ticked: all year round."), choices=_MONTHS)
    ] = []

    def __post_init__(self) -> None:
        if any(not 1 <= month <= 12 for month in self.batch_months):
            raise ValueError("batch_months: numbers of months, 1 to 12")
        if any(days < 0 or days >= self.answer_days for days in self.reminders):
            raise ValueError("reminders: days ahead, fewer than the time to answer")


class ChangesPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "merchant_changes"."""

    fields: Annotated[
        list[FieldRule],
        about(_("Key fields"), _("Changed by a request only; the others cannot be changed."), match=("field",)),
    ]
    document_days: Annotated[int, about(_("Answer to a renewal within"), unit="working_days", ge=1, le=60)]
    proofs: Annotated[dict[str, ProofType], about(_("Further proofs"), _("They replace no document of the shop."))]
    reasons: Annotated[list[ChangeReason], about(_("Reasons"), _("Reviewers read them in this order."))]
    expiry: Annotated[Expiry, about(_("Ends of documents"))]
    reverification: Annotated[Reverification, about(_("Re-verification"))]
    calendar: Annotated[
        str, about(_("Calendar"), _("The code of a policy of kind “calendar”: the reviewers' working time."))
    ] = "default"

    def __post_init__(self) -> None:
        for names, what in (([r.field for r in self.fields], "fields"), ([r.code for r in self.reasons], "reasons")):
            if len(names) != len(set(names)):
                raise ValueError(f"{what}: one stands there twice")

    def rule(self, field: str) -> FieldRule | None:
        """The rule of a field; None for one that cannot be changed by request."""
        return next((rule for rule in self.fields if rule.field == field), None)

    def days(self, fields: list[str]) -> int:
        """Within how many working days a request for these fields is answered: the slowest of them counts."""
        return max([self._days(field) for field in fields], default=self.document_days)

    def _days(self, field: str) -> int:
        rule = self.rule(field)
        return rule.working_days if rule else self.document_days

    def proofs_for(self, fields: list[str]) -> list[tuple[str, ...]]:
        """What these fields need: one of each group, no group twice."""
        groups = [tuple(rule.proof) for field in fields if (rule := self.rule(field)) and rule.proof]
        return list(dict.fromkeys(groups))

    def second_person(self, fields: list[str]) -> bool:
        """Whether one of the fields takes two people."""
        return any(rule.second_person for field in fields if (rule := self.rule(field)))

    def reason(self, code: str) -> ChangeReason | None:
        """The reason with this code; None when a later policy dropped it."""
        return next((reason for reason in self.reasons if reason.code == code), None)


def active() -> tuple[PolicyVersion, ChangesPolicy]:
    """The policy in force now."""
    return policies.active(KIND, ChangesPolicy)


def of(version: PolicyVersion | None) -> ChangesPolicy:
    """The body of the version something was decided under; the one in force when there is none yet."""
    return policies.typed(version, ChangesPolicy) if version else active()[1]


def is_document(field: str) -> bool:
    """Whether an item of a request renews a document."""
    return field.startswith(DOCUMENT_PREFIX)


CHANGES = PolicyKind(
    code=KIND,
    label=_("Changes and re-verification"),
    type=ChangesPolicy,
    pack=Path(__file__).parent / "policies" / "merchant_changes.toml",
    help_text=_("Which facts of a shop change by request, with which proof; reminders of documents; re-verification."),
)
