"""What owners and operators fill in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants.exits.models import Flow, SettlementStep
from merchants.exits.policy import ExitPolicy

_SCALE = (("", _("No answer")), ("1", _("1 no")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _("5 yes")))


class RequestForm(forms.Form):
    """The owner asks to close the shop."""

    reasons = forms.MultipleChoiceField(
        label=_("Why do you leave?"), widget=forms.CheckboxSelectMultiple, help_text=_("Pick what counts most.")
    )
    note = forms.CharField(
        label=_("In your own words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.CharField(
        label=_("Contact for buyers"),
        max_length=200,
        help_text=_("Phone or e-mail under which buyers reach you while you close; it stands in the public notice."),
    )

    def __init__(self, *args: Any, policy: ExitPolicy, shop_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shop_name = shop_name
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (reason.code, str(reason.text)) for reason in policy.reasons_for("voluntary")
        ]
        self.questions = [f"answer_{question.code}" for question in policy.questions]
        for name, question in zip(self.questions, policy.questions, strict=True):
            self.fields[name] = forms.ChoiceField(label=str(question.text), choices=_SCALE, required=False)
        self.fields["confirm"] = forms.CharField(
            label=_("Type the shop's name to confirm"), help_text=shop_name, max_length=100
        )

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"].strip()
        if typed != self.shop_name:
            raise forms.ValidationError(_("This is not the shop's name. Type it as it stands above."))
        return typed

    @property
    def answers(self) -> dict[str, int]:
        """The exit interview; only of a valid form."""
        given = {name.removeprefix("answer_"): self.cleaned_data[name] for name in self.questions}
        return {code: int(value) for code, value in given.items() if value}

    @property
    def interview(self) -> list[forms.BoundField]:
        """The fields of the exit interview."""
        return [self[name] for name in self.questions]


class WhyForm(forms.Form):
    """A reason that the shop reads."""

    why = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    """A note for the record."""

    note = forms.CharField(
        label=_("Note for the record"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RefuseForm(NoteForm):
    """Reasons of a refusal."""

    reasons = forms.MultipleChoiceField(label=_("Reasons"), widget=forms.CheckboxSelectMultiple)
    field_order = ("reasons", "note")

    def __init__(self, *args: Any, policy: ExitPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Note to the shop")
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (reason.code, str(reason.text)) for reason in policy.reasons_for("refusal")
        ]


class ProposeForm(forms.Form):
    """An operator proposes a termination: the statement of reasons."""

    reasons = forms.MultipleChoiceField(label=_("Reasons"), widget=forms.CheckboxSelectMultiple)
    facts = forms.CharField(
        label=_("Facts"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What happened, when, and how it is known. The shop reads it word for word."),
    )
    clause = forms.CharField(
        label=_("Clause"), max_length=300, help_text=_("Of the agreement or the law; the reason names the usual one.")
    )
    contact = forms.CharField(
        label=_("Contact for buyers"), max_length=200, required=False, help_text=_("Stands in the public notice.")
    )

    def __init__(self, *args: Any, policy: ExitPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (reason.code, _reason_words(reason)) for reason in policy.reasons_for("platform")
        ]


def _reason_words(reason: Any) -> str:
    parts = [str(reason.text), str(reason.clause), str(_("without notice")) if reason.severe else ""]
    return " · ".join(part for part in parts if part)


class StepForm(forms.Form):
    """One step of the settlement."""

    status = forms.ChoiceField(label=_("Status"), choices=SettlementStep.Status.choices)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=14, decimal_places=2, min_value=Decimal(0), required=False
    )
    currency = forms.RegexField(
        label=_("Currency"),
        regex="^[A-Za-z]{3}$",
        required=False,
        initial="CNY",
        error_messages={"invalid": _("Three letters, such as CNY.")},
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, step: SettlementStep, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", f"step-{step.pk}")
        kwargs.setdefault(
            "initial",
            {
                "status": step.status,
                "amount": step.amount,
                "currency": step.currency or "CNY",
                "note": step.note,
            },
        )
        super().__init__(*args, **kwargs)
        self.step = step
        if step.flow == Flow.NONE:
            del self.fields["amount"], self.fields["currency"]


class StandingForm(forms.Form):
    """Why a shop is suspended or restored."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The shop reads it.")
    )
