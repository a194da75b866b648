"""Forms of the console: the window itself, and one per button that asks for something."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextareaWidget

from maintenance.models import Incident, Window
from shopops.ui import formats


def name_zone(form: forms.BaseForm, *names: str) -> None:
    """Say at the time fields in which zone they are read: the operator's own, else the marketplace's."""
    for name in names:
        if name in form.fields:
            form.fields[name].help_text = formats.zone_label()


class WindowForm(forms.ModelForm):
    """The plan of a window while it is a draft. Constraints of the database report at their fields."""

    class Meta:
        model = Window
        fields = (
            "title_en",
            "title_zh",
            "summary_en",
            "summary_zh",
            "kind",
            "is_large",
            "starts_at",
            "ends_at",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_zone(self, "starts_at", "ends_at")

    def clean(self) -> dict[str, Any] | None:
        """Report times in the wrong order at the end, where they are repaired."""
        data = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The window must end after it starts: change the end or the start."))
        return data


class IncidentForm(forms.ModelForm):
    """What went wrong; leaving the end empty keeps it open on the status page."""

    class Meta:
        model = Incident
        fields = ("service", "severity", "title_en", "title_zh", "text_en", "text_zh", "started_at", "ended_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_zone(self, "started_at")


class ActionForm(forms.Form):
    """A button's form: nothing to fill in by default, only to confirm."""

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        self.window = window
        super().__init__(*args, **kwargs)
        name_zone(self, "starts_at", "ends_at")


def _moment(label: object) -> forms.SplitDateTimeField:
    return forms.SplitDateTimeField(label=label, widget=UnfoldAdminSplitDateTimeWidget())  # type: ignore[arg-type]


def _text(label: object, help_text: object = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        required=required,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


EMERGENCY_HELP = _(
    "Only when the notice is shorter than the policy asks; a supervisor's decision, kept for the record."
)


class AnnounceForm(ActionForm):
    """Announce, in an emergency with a reason."""

    emergency_reason = _text(_("Emergency reason"), EMERGENCY_HELP, required=False)


class MoveForm(ActionForm):
    """New times."""

    starts_at = _moment(_("Starts"))
    ends_at = _moment(_("Ends"))
    emergency_reason = _text(_("Emergency reason"), EMERGENCY_HELP, required=False)

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_at": window.starts_at, "ends_at": window.ends_at})
        super().__init__(*args, window=window, **kwargs)


class ExtendForm(ActionForm):
    """A later end."""

    ends_at = _moment(_("Ends"))
    reason = _text(_("Reason"), _("Why it takes longer; for the audit log."))

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"ends_at": window.ends_at + dt.timedelta(hours=1)})
        super().__init__(*args, window=window, **kwargs)


class CancelForm(ActionForm):
    """Why it is called off."""

    reason = _text(_("Reason"), _("Merchants who were told of the window read it."))
