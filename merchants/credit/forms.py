"""Forms of the score page."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: What the page compares with unless asked otherwise.
DEFAULT_DAYS = 7


class CompareForm(forms.Form):
    """The day to compare today's score with."""

    since = forms.DateField(label=_("Compare with"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: object, day: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.day = day

    def clean_since(self) -> dt.date:
        """Return the chosen day; raises ValidationError for one that is not before today."""
        since: dt.date = self.cleaned_data["since"]
        if since >= self.day:
            raise ValidationError(_("Choose a day before today."))
        return since
