"""What operators fill in about a contact with a merchant."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.file.models import Visit
from shopops import uploads


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """No file, one or several; each is looked into."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Raises ValidationError for what is no JPG, PNG or PDF."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        kept = [super(FilesField, self).clean(each, initial) for each in files]
        for each in kept:
            uploads.inspect(each)
        return kept


class VisitForm(forms.Form):
    """A record of contact."""

    kind = forms.ChoiceField(label=_("Kind of contact"), choices=Visit.Kind.choices)
    at = forms.DateTimeField(
        label=pgettext_lazy("contact", "When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0, tzinfo=None),
    )
    with_whom = forms.CharField(
        label=_("With whom"), max_length=200, required=False, help_text=_("Name and role. Stored encrypted.")
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    result = forms.CharField(
        label=_("Result"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    follow_up = forms.CharField(label=_("Next step"), max_length=300, required=False)
    follow_up_due = forms.DateField(
        label=_("Follow up until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    files = FilesField(  # type: ignore[assignment]  # fields leave the class: nothing of the form is hidden
        label=_("Files"), required=False, help_text=_("JPG, PNG or PDF, up to 10 MB each.")
    )

    @classmethod
    def of(cls, visit: Visit) -> "VisitForm":
        """The form as it was filled in."""
        names = ("kind", "with_whom", "purpose", "result", "follow_up", "follow_up_due")
        at = timezone.localtime(visit.at).replace(tzinfo=None)
        return cls(initial={name: getattr(visit, name) for name in names} | {"at": at})


class FollowUpForm(forms.Form):
    """What came of the follow-up."""

    outcome = forms.CharField(
        label=_("What came of it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
