"""What buyers, merchants and agents write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Kind
from merchants.models import Merchant
from orders.models import Order


class ComplaintForm(forms.Form):
    """The public form. The order number finds the merchant, so a buyer needs to know nothing else."""

    order_reference = forms.CharField(
        label=_("Order number"), max_length=64, help_text=_("As in your order confirmation.")
    )
    kind = forms.ChoiceField(label=_("What is it about"), choices=Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=pgettext_lazy("of a complaint", "What happened"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("What you ordered, what went wrong, what you want done."),
    )
    buyer_name = forms.CharField(label=_("Your name"), max_length=100)
    buyer_contact = forms.CharField(
        label=_("Phone or e-mail"), max_length=100, help_text=_("Stored encrypted; only agents may read it.")
    )

    merchant: Merchant

    def clean_order_reference(self) -> str:
        reference: str = self.cleaned_data["order_reference"].strip()
        order = Order.objects.filter(external_id=reference).select_related("merchant").first()
        if order is None:
            raise forms.ValidationError(
                _("We know no order “%(number)s”. Compare it with your confirmation; letters and dashes count."),
                params={"number": reference},
            )
        self.merchant = order.merchant
        return reference


class AnswerForm(forms.Form):
    """The merchant's side."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("What happened, what you did about it, by when the rest follows."),
    )


class RulingForm(forms.Form):
    """The platform's decision."""

    reason = forms.CharField(
        label=_("Reason of the decision"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("Both sides read it: what was found, and on what it rests."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("decision") not in {"uphold", "reject"}:
            raise forms.ValidationError(_("Choose one of the two decisions."))
        return cleaned
