"""What owners fill in; used by the console and by the portal."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.webhooks.catalogue import choices
from shopops.webhooks.models import Delivery


class EndpointForm(forms.Form):
    """An endpoint: where it is, what it is for, which events it gets."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where calls go, beginning with https://. It must be on the public internet."),
    )
    description = forms.CharField(
        label=_("Description"), max_length=200, required=False, help_text=_("The system behind it, such as “ERP”.")
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what the system needs. With none ticked it gets all of them, also kinds to come."),
    )

    def __init__(self, *args: Any, for_merchant: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events: Any = self.fields["events"]
        events.choices = [(code, f"{label} ({code})") for code, label in choices(for_merchant=for_merchant)]


class ReplayForm(forms.Form):
    """A period to send again."""

    since = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    until = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean_since(self) -> dt.datetime:
        """The beginning lies in the past."""
        since: dt.datetime = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError(_("Choose a time in the past."))
        return since


class LogFilter(forms.Form):
    """Which deliveries the log shows; anything unknown is no filter."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All states")), *Delivery.State.choices]
    )
    type = forms.ChoiceField(label=_("Event"), required=False)

    def __init__(self, *args: Any, for_merchant: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types: Any = self.fields["type"]
        types.choices = [("", _("All events")), *choices(for_merchant=for_merchant)]

    @property
    def chosen(self) -> dict[str, str]:
        """Lookups for deliveries."""
        self.is_valid()
        names = {"state": "state", "type": "event__type"}
        said = getattr(self, "cleaned_data", {})
        return {lookup: said[name] for name, lookup in names.items() if said.get(name)}
