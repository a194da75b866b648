"""What people fill in to make and rotate a key; used by the console and by the portal."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shopops.accounts.models import User
from shopops.api import selectors, services


class KeyForm(forms.Form):
    """A new key: its name, what it may do, until when."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The system that uses it, such as “ERP, orders”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the system needs. You can give what you may do yourself."),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, initial=365)

    def __init__(self, *args: Any, user: User, merchant_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [
            (scope.code, f"{scope.label} ({scope.code})") for scope in selectors.grantable(user, merchant_id)
        ]
        days: Any = self.fields["days"]
        days.choices = [(each, _days(each)) for each in (30, 90, 365)] + [(0, _("No end"))]

    @property
    def key(self) -> dict[str, Any]:
        """What `services.create_key` takes; only of a valid form."""
        said = self.cleaned_data
        ends = timezone.now() + dt.timedelta(days=said["days"]) if said["days"] else None
        return {"name": said["name"], "scopes": said["scopes"], "expires_at": ends}


class RotateForm(forms.Form):
    """A new secret: for how long the present one goes on working."""

    grace = forms.TypedChoiceField(
        label=_("The present secret works for another"),
        coerce=int,
        initial=24,
        help_text=_("Time to put the new one in place. Choose “ends now” if the present one may have leaked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grace: Any = self.fields["grace"]
        grace.choices = [(_hours(each), _words(each)) for each in services.GRACES]

    @property
    def length(self) -> dt.timedelta:
        """The chosen time; only of a valid form."""
        return dt.timedelta(hours=self.cleaned_data["grace"])


def _hours(length: dt.timedelta) -> int:
    return int(length.total_seconds() // 3600)


def _words(length: dt.timedelta) -> str:
    hours = _hours(length)
    if not hours:
        return str(_("ends now"))
    return (
        _days(hours // 24) if hours >= 24 else ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    )


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
