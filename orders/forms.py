"""Forms of the portal's pages about orders."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.selectors import start_of


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What the list is narrowed to. Days are the marketplace's, both included."""

    number = forms.CharField(label=_("Order number"), required=False, max_length=64)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *Order.State.choices])
    since = forms.DateField(label=_("Placed from"), required=False, widget=_day())
    until = forms.DateField(label=_("Placed until"), required=False, widget=_day())

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins."""
        chosen = super().clean() or self.cleaned_data
        since, until = chosen.get("since"), chosen.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one: choose a later day."))
        return chosen

    @property
    def conditions(self) -> dict[str, Any]:
        """What was chosen as conditions on orders; a value that cannot be read narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        found = {
            "external_id__startswith": chosen.get("number"),
            "state": chosen.get("state"),
            "placed_at__gte": start_of(chosen["since"]) if chosen.get("since") else None,
            "placed_at__lt": _day_after(chosen["until"]) if chosen.get("until") else None,
        }
        return {name: value for name, value in found.items() if value}


def _day_after(day: dt.date) -> dt.datetime | None:
    return start_of(day + dt.timedelta(days=1)) if day < dt.date.max else None
