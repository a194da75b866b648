"""What the buttons of a version ask for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    BASE_INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from shopops.policies import notice
from shopops.policies.models import Exemption, PolicyVersion
from shopops.ui import formats

#: An uploaded document; the largest pack has 30 kB.
LARGEST_FILE = 1024 * 1024


class ActionForm(forms.Form):
    """Nothing to fill in, only to confirm. Takes the version."""

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)
        if "effective_from" in self.fields:
            self.fields["effective_from"].help_text = _when(version)


def _when(version: PolicyVersion) -> str:
    days, _under, basis = notice.owed(version)
    if not days:
        return f"{_('Empty: as soon as it is approved.')} {formats.zone_label()}"
    words = _(
        "Empty: as soon as the notice allows. Merchants need %(days)s days (%(basis)s): now that is %(earliest)s."
    ) % {
        "days": days,
        "basis": basis,
        "earliest": formats.due(notice.earliest(version, timezone.now())),
    }
    return f"{words} {formats.zone_label()}"


def _text(label: object, help_text: object = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        required=required,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


def _moment() -> forms.DateTimeField:
    classes = " ".join([*BASE_INPUT_CLASSES, "max-w-2xl"])
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": classes}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=_("In force from"), required=False, widget=widget)


class ReasonForm(ActionForm):
    """A reason that must be given."""

    reason = _text(_("Reason"), _("For the history; whoever wrote the version reads it."))


class CommentForm(ActionForm):
    """A reason that may be given."""

    reason = _text(_("Remark"), required=False)


class ApproveForm(ActionForm):
    """From when; by default as was proposed."""

    effective_from = _moment()
    reason = _text(_("Remark"), _("For the history; the author reads it."), required=False)

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"effective_from": version.effective_from})
        super().__init__(*args, version=version, **kwargs)


class ProposeForm(ActionForm):
    """Why, from when, and whether the notice is kept."""

    note = _text(_("Why"), _("What the change is for. The second person and the history need it."))
    effective_from = _moment()
    needs_adaptation = forms.BooleanField(
        label=_("Takes adaptation"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_("Merchants need technical or commercial changes to follow it: the longer notice applies."),
    )
    exemption = forms.ChoiceField(
        label=_("Exemption from notice"), required=False, choices=Exemption.choices, widget=UnfoldAdminSelectWidget()
    )
    exemption_reason = forms.CharField(
        label=_("Reason of the exemption"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Which law, which danger. Merchants read it."),
    )

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"note": version.note})
        super().__init__(*args, version=version, **kwargs)
        if not notice.owed(version)[0]:
            for name in ("needs_adaptation", "exemption", "exemption_reason"):
                del self.fields[name]


class RollBackForm(ProposeForm):
    """The same for an older version that is to come back."""

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        kwargs["initial"] = {}
        super().__init__(*args, version=version, **kwargs)
        self.fields.pop("needs_adaptation", None)


class ImportForm(forms.Form):
    """A document from a file, or pasted."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("TOML or JSON, as the export writes it."))
    text = forms.CharField(
        label=_("Or its text"), required=False, strip=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 12})
    )
    note = _text(_("Why"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read the file as text."""
        data = super().clean() or {}
        file = data.get("file")
        if file is not None and file.size > LARGEST_FILE:
            self.add_error("file", _("The file is larger than 1 MB; a policy is not."))
        elif file is not None:
            try:
                data["text"] = file.read().decode("utf-8")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not UTF-8 text."))
        elif not data.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste its text."))
        return data
