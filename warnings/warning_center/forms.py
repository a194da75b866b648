"""Forms of the portal's pages about warnings."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from warning_center.choices import Intensity, Type


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All types")), *Type.choices])
    intensity = forms.TypedChoiceField(
        label=_("Intensity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All intensities")), *reversed(Intensity.choices)],
    )


class SubmitForm(forms.Form):
    """What the merchant says when asking for the re-check."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What you did"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the record; the re-check itself goes by the figures."),
    )


class WithdrawForm(forms.Form):
    """Why a risk analyst takes a warning back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("The merchant reads it."),
    )
