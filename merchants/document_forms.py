"""One document as its owner hands it in: the file, and what is typed from it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.forms import date_field, refuse_control_characters
from merchants.models import Document
from merchants.policy import OnboardingPolicy
from shopops import uploads
from shopops.ui import formats

#: Facts of a document: name in the policy → field of the form.
FACT_FIELDS = {
    "number": "number",
    "holder": "holder",
    "grantor": "grantor",
    "brand": "brand",
    "issued": "issued_on",
    "expires": "expires_on",
}
ACCEPTED = ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"


class DocumentForm(forms.Form):
    """One document: the file and what is typed from it. Which facts are asked for follows from its type.

    With `document` (the current one) the file may be left out: then only the facts change.
    """

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JPG, PNG or PDF, at most 10 MB."),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED, "data-max-bytes": uploads.MAX_BYTES}),
    )
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=100, required=False)
    holder = forms.CharField(
        label=gettext_lazy("Name on the document"), max_length=200, required=False,
        help_text=gettext_lazy("Company or owner, exactly as printed."),
    )  # fmt: skip
    grantor = forms.CharField(
        label=gettext_lazy("Granted by"), max_length=200, required=False,
        help_text=gettext_lazy("Who gives the authorisation: the owner of the mark, or who was authorised before."),
    )  # fmt: skip
    brand = forms.CharField(label=gettext_lazy("Brand"), max_length=100, required=False)
    issued_on = date_field(gettext_lazy("Issued on"))
    expires_on = date_field(gettext_lazy("Valid until"), gettext_lazy("Empty when it says “long-term” (长期)."))

    def __init__(
        self,
        *args: Any,
        policy: OnboardingPolicy,
        types: tuple[str, ...],
        document: Document | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("prefix", types[0])
        super().__init__(*args, **kwargs)
        self.policy, self.types, self.document = policy, types, document
        if len(types) > 1:
            choices = [(code, policy.document_name(code)) for code in types]
            self.fields = {
                "type": forms.ChoiceField(label=_("Which document"), choices=choices),
                **self.fields,
            }
        asked = {fact for code in types for fact in policy.documents[code].facts}
        for fact, name in FACT_FIELDS.items():
            if fact not in asked:
                del self.fields[name]
            else:
                needed = [fact in policy.documents[code].required_facts for code in types]
                self.fields[name].required = all(needed)
        refuse_control_characters(self)
        if document:
            self._correct(document)

    def _correct(self, document: Document) -> None:
        """Begin with what is there."""
        self.fields["file"].required = False
        self.fields["file"].help_text = _("Leave empty to keep “%(name)s” and correct the facts below.") % {
            "name": document.original_name
        }
        if "type" in self.fields:
            self.fields["type"].initial = document.type
        for name in self.facts_fields:
            self.fields[name].initial = getattr(document, name)

    @property
    def facts_fields(self) -> list[str]:
        """The facts that are asked for, as names of fields."""
        return [name for name in FACT_FIELDS.values() if name in self.fields]

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file:
            uploads.inspect(file)
        return file

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values.setdefault("type", self.types[0])
        kind = self.policy.documents.get(values["type"])
        for fact, name in FACT_FIELDS.items():
            is_needed = kind is not None and fact in kind.required_facts and name in self.fields
            if is_needed and not values.get(name) and name not in self.errors:
                self.add_error(name, _("Needed for this document."))
        for name, message in wrong_dates(values).items():
            if name in self.fields:
                self.add_error(name, message)
        if self.document and not values.get("file") and values["type"] != self.document.type:
            self.add_error("file", _("Choose the file of the other document."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed from the document, for the service."""
        return {name: self.cleaned_data.get(name) or self._nothing(name) for name in self.facts_fields}

    def _nothing(self, name: str) -> str | None:
        return None if name.endswith("_on") else ""


def wrong_dates(values: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the dates of a document, by field: in the future, in the wrong order, run out.

    A day counts in the marketplace's zone; a document is valid through its last day.
    """
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    issued, expires = values.get("issued_on"), values.get("expires_on")
    found: dict[str, str] = {}
    if issued and issued > today:
        found["issued_on"] = _("The day is in the future. Check the date on the document.")
    if issued and expires and expires < issued:
        found["expires_on"] = _("The document ends before it was issued. Check both dates.")
    elif expires and expires < today:
        found["expires_on"] = _("The document ran out on %(day)s. Upload the renewed one.") % {
            "day": formats.day(expires, year="always")
        }
    return found
