"""What people fill in to ask for an opinion."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from merchants.models import Application
from merchants.screening.services import people_to_ask
from shopops.accounts.models import User


class AskForm(forms.Form):
    """Whom to ask, what, and how soon the answer is due."""

    reviewer: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Outside reviewer"), queryset=User.objects.none())
    days = forms.TypedChoiceField(
        label=_("Due after"), coerce=int, initial=2, help_text=_("By the reviewers' working days.")
    )
    question = forms.CharField(
        label=_("Question"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The outside reviewer reads it. Write no personal data."),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["reviewer"]
        people.queryset = User.objects.filter(pk__in=[each.pk for each in people_to_ask(application)]).order_by("name")
        days: Any = self.fields["days"]
        days.choices = [
            (count, ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count})
            for count in (1, 2, 3, 5, 10)
        ]
