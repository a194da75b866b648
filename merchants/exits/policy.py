"""The exit policy: how long notice lasts, what has to be over, what is settled, which reasons there are."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from merchants.exits.models import Flow, Kind
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, Text, about
from shopops.policies.models import PolicyVersion

KIND = "exit"

Days = Annotated[int, msgspec.Meta(ge=0, le=365)]
Occasion = Literal["voluntary", "platform", "refusal"]
_OCCASIONS = {"voluntary": _("The merchant leaves"), "platform": _("The platform terminates"), "refusal": _("Refused")}
_KINDS = {"voluntary": _("The merchant leaves"), "platform": _("The platform terminates")}


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for one kind of exit."""

    notice_days: Annotated[
        Days, about(_("Notice"), _("From the decision to the settlement; the shop takes no new business."), unit="days")
    ]
    public: Annotated[bool, about(_("Public notice"), _("Shown on the public page for as long as the notice runs."))]
    conditions: Annotated[
        list[str],
        about(_("Has to be over first"), _("Codes of conditions, one a line; the others are shown for information.")),
    ]
    cooling_off_days: Annotated[
        Days, about(_("Cooling-off"), _("So long the owner takes the request back without a trace."), unit="days")
    ] = 0


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of the settlement."""

    code: Annotated[str, about(_("Code"), pattern="^[a-z_]{1,40}$")]
    name: Annotated[Text, about(_("Name"))]
    flow: Annotated[Flow, about(_("Money goes"))] = Flow.NONE
    kinds: Annotated[list[Kind], about(_("For"), _("None ticked: both."), choices=_KINDS)] = []


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason that may be picked. `severe`: a termination for it needs no notice."""

    code: Annotated[str, about(_("Code"), pattern="^[a-z_]{1,40}$")]
    text: Annotated[Text, about(_("Text"))]
    occasion: Annotated[Occasion, about(_("Given when"), choices=_OCCASIONS)]
    severe: Annotated[bool, about(_("Severe"), _("A termination for it takes effect without notice."))] = False
    clause: Annotated[Text, about(_("Clause"), _("Of the agreement or the law, as the shop reads it."))] = Text("", "")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the exit interview, answered from 1 (no) to 5 (yes) or not at all."""

    code: Annotated[str, about(_("Code"), pattern="^[a-z_]{1,40}$")]
    text: Annotated[Text, about(_("Question"))]


class ExitPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a policy version of kind "exit"; the default pack explains every value."""

    voluntary: Annotated[Rules, about(_("The merchant leaves"))]
    platform: Annotated[Rules, about(_("The platform terminates"))]
    check_days: Annotated[
        int, about(_("Operators answer within"), _("After the cooling-off."), unit="days", ge=1, le=60)
    ]
    settlement_days: Annotated[int, about(_("Settled within"), _("After the notice."), unit="days", ge=1, le=180)]
    retention_years: Annotated[
        int, about(_("Records are kept, in years"), _("Art. 31 of the E-Commerce Law asks for three."), ge=3, le=30)
    ]
    export_days: Annotated[
        int, about(_("A record export is kept"), _("Then the file is deleted; another can be made."), unit="days", ge=1)
    ]
    steps: Annotated[list[Step], about(_("Settlement"), _("In this order."), match=("code",))]
    reasons: Annotated[list[Reason], about(_("Reasons"), _("People read them in this order."), match=("code",))]
    questions: Annotated[list[Question], about(_("Exit interview"), match=("code",))] = []

    def __post_init__(self) -> None:
        for name, items in (("steps", self.steps), ("reasons", self.reasons), ("questions", self.questions)):
            codes = [item.code for item in items]
            if len(codes) != len(set(codes)):
                raise ValueError(f"{name}: two have the same code")

    def rules(self, kind: str) -> Rules:
        """What holds for a kind of exit."""
        return self.platform if kind == Kind.PLATFORM else self.voluntary

    def reasons_for(self, occasion: str) -> list[Reason]:
        """The reasons that may be picked on an occasion."""
        return [reason for reason in self.reasons if reason.occasion == occasion]

    def steps_for(self, kind: str) -> list[Step]:
        """The settlement of a kind of exit."""
        return [step for step in self.steps if not step.kinds or kind in step.kinds]

    def notice_days(self, kind: str, reasons: list[str]) -> int:
        """How long the notice is; none when the platform terminates for a severe reason."""
        severe = {reason.code for reason in self.reasons if reason.severe and reason.occasion == "platform"}
        if kind == Kind.PLATFORM and severe & set(reasons):
            return 0
        return self.rules(kind).notice_days

    def in_words(self, codes: list[str]) -> dict[str, list[str]]:
        """The chosen reasons in both languages, in the catalogue's order; what an exit keeps of them."""
        chosen = [reason.text for reason in self.reasons if reason.code in codes]
        return {"en": [text.en for text in chosen], "zh": [text.zh for text in chosen]}


def active() -> tuple[PolicyVersion, ExitPolicy]:
    """The policy in force now; raises NoPolicy when none was loaded."""
    return policies.active(KIND, ExitPolicy)


def of(version: PolicyVersion) -> ExitPolicy:
    """The body of the version an exit runs under."""
    return policies.typed(version, ExitPolicy)


EXIT = PolicyKind(
    code=KIND,
    label=_("Leaving the marketplace"),
    type=ExitPolicy,
    pack=Path(__file__).parent / "policies" / "exit.toml",
    notice="merchants",
    help_text=_("Notice, conditions, settlement and reasons when a shop closes."),
)
