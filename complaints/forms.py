"""What buyers, merchants and agents write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Kind
from complaints.selectors import shops_with_order
from merchants.models import Merchant


class ShopField(forms.ModelChoiceField):
    """Shops by name; by name and number where two of them share one."""

    def label_from_instance(self, obj: Any) -> str:
        namesakes = self.queryset.filter(shop_name=obj.shop_name).count() if self.queryset is not None else 0
        return f"{obj.shop_name} ({obj.external_id or obj.pk})" if namesakes > 1 else str(obj.shop_name)


class ComplaintForm(forms.Form):
    """The public form. The order number finds the merchant, so a buyer needs to know nothing else.

    Order numbers are unique per merchant only: when orders of several merchants have the number, the field `shop`
    appears and asks which one is meant.
    """

    order_reference = forms.CharField(
        label=_("Order number"), max_length=64, help_text=_("As in your order confirmation.")
    )
    shop = ShopField(
        queryset=Merchant.objects.none(),
        label=_("Which shop"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Several shops have an order with this number. Choose the shop you bought from."),
            "invalid_choice": _("This shop has no order with this number. Choose one of the shops listed."),
        },
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shops = shops_with_order(str(self.data.get("order_reference", "")).strip())
        if len(self.shops) > 1:
            self.fields["shop"].queryset = self.shops  # type: ignore[attr-defined]
        else:
            del self.fields["shop"]

    @property
    def merchant(self) -> Merchant:
        """The merchant of the order; only of a valid form."""
        chosen: Merchant | None = self.cleaned_data.get("shop")
        return chosen or self.shops.get()

    @property
    def complaint(self) -> dict[str, Any]:
        """What `services.file_complaint` takes; only of a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "shop"}
        return {"merchant": self.merchant, **said}

    def clean_order_reference(self) -> str:
        reference: str = self.cleaned_data["order_reference"].strip()
        if not self.shops:
            raise forms.ValidationError(
                _("We know no order “%(number)s”. Compare it with your confirmation; letters and dashes count."),
                params={"number": reference},
            )
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
