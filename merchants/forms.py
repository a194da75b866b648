"""What applicants fill in."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.checks import Facts, identity, words
from merchants.models import Application, Category, Document, ShopType
from merchants.policy import OnboardingPolicy
from shopops import uploads

_PHONE = RegexValidator(
    re.compile(r"\+?[0-9][0-9 \-]{5,18}[0-9]"),
    gettext_lazy("Write the phone with 7 to 20 digits, for example 138 0013 8000 or +86 571 8765 4321."),
)
#: Facts of a document: name in the policy → field of the form.
_FACT_FIELDS = {"number": "number", "holder": "holder", "issued": "issued_on", "expires": "expires_on"}


def _date(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
    )


class ChecklistForm(forms.Form):
    """What is needed for a shop of this type in this category?"""

    shop_type = forms.ChoiceField(label=gettext_lazy("Shop type"), choices=ShopType.choices)
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=Category.choices)


class DetailsForm(forms.ModelForm):
    """The application form. Everything may stay empty in a draft; what is filled in has to be right."""

    legal_person = forms.CharField(
        label=gettext_lazy("Legal person or operator"), max_length=100, required=False,
        help_text=gettext_lazy("As on the ID card."),
    )  # fmt: skip
    id_number = forms.CharField(
        label=gettext_lazy("ID number"), max_length=30, required=False,
        help_text=gettext_lazy("18 characters on the ID card. Stored encrypted; reviewers see it masked."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    contact_name = forms.CharField(
        label=gettext_lazy("Contact"), max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    contact_phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, required=False, validators=[_PHONE],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), max_length=40, required=False,
        help_text=gettext_lazy("18 characters, top left on the licence. Individuals leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    class Meta:
        model = Application
        fields = (
            "shop_name", "shop_type", "category", "brand", "region",
            "legal_name", "uscc", "scope",
            "legal_person", "id_number", "contact_name", "contact_phone",
        )  # fmt: skip
        help_texts = {
            "shop_name": gettext_lazy("As buyers will see it."),
            "brand": gettext_lazy("For flagship and exclusive shops."),
            "region": gettext_lazy("City or province your goods leave from."),
            "legal_name": gettext_lazy("Exactly as on the business licence."),
            "scope": gettext_lazy("The full text of the licence."),
        }
        widgets = {"scope": forms.Textarea(attrs={"rows": 4})}

    #: The sections of the page: id, title, fields.
    SECTIONS = (
        ("shop", gettext_lazy("Shop"), ("shop_name", "shop_type", "category", "brand", "region")),
        ("business", gettext_lazy("Business"), ("legal_name", "uscc", "scope")),
        ("people", gettext_lazy("People"), ("legal_person", "id_number", "contact_name", "contact_phone")),
    )

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """The sections with their fields, for the template."""
        return [(code, title, [self[name] for name in names]) for code, title, names in self.SECTIONS]

    def clean_uscc(self) -> str:
        return clean_credit_code(self.cleaned_data["uscc"])

    def clean_id_number(self) -> str:
        return clean_id_number(self.cleaned_data["id_number"])


def clean_credit_code(value: str) -> str:
    """Return the code in its stored form; raises ValidationError saying which character is wrong."""
    code = identity.compact(value)
    if code:
        _must_not_fail(identity.credit_code(_facts(uscc=code)))
    return code


def clean_id_number(value: str) -> str:
    """Return the number without spaces; raises ValidationError when its check digit is wrong."""
    number = identity.compact(value)
    if number:
        _must_not_fail(identity.id_number(_facts(id_number=number)))
    return number


def _facts(**values: str) -> Facts:
    """Facts for a check of one number: neither policy nor day matter."""
    return Facts(policy=None, today=dt.date.min, shop_type="", category="", **values)  # type: ignore[arg-type]


def _must_not_fail(verdict: Any) -> None:
    if verdict.outcome == "fail":
        raise ValidationError(str(words.SENTENCES[verdict.evidence]) % verdict.params)


class DocumentForm(forms.Form):
    """One document: the file and what is typed from it. Which facts are asked for follows from its type.

    With `document` (the current one) the file may be left out: then only the facts change.
    """

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JPG, PNG or PDF, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"}),
    )
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=100, required=False)
    holder = forms.CharField(
        label=gettext_lazy("Name on the document"), max_length=200, required=False,
        help_text=gettext_lazy("Company or owner, exactly as printed."),
    )  # fmt: skip
    issued_on = _date(gettext_lazy("Issued on"))
    expires_on = _date(gettext_lazy("Valid until"), gettext_lazy("Empty when it says “long-term” (长期)."))

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
        for fact, name in _FACT_FIELDS.items():
            if fact not in asked:
                del self.fields[name]
            else:
                needed = [fact in policy.documents[code].required_facts for code in types]
                self.fields[name].required = all(needed)
        if document:
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
        return [name for name in _FACT_FIELDS.values() if name in self.fields]

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file:
            uploads.inspect(file)
        return file

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values.setdefault("type", self.types[0])
        kind = self.policy.documents.get(values["type"])
        for fact, name in _FACT_FIELDS.items():
            is_needed = kind is not None and fact in kind.required_facts and name in self.fields
            if is_needed and not values.get(name) and name not in self.errors:
                self.add_error(name, _("Needed for this document."))
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("The document ends before it was issued. Check both dates."))
        if self.document and not values.get("file") and values["type"] != self.document.type:
            self.add_error("file", _("Choose the file of the other document."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed from the document, for the service."""
        return {name: self.cleaned_data.get(name) for name in self.facts_fields}


class AnswerForm(forms.Form):
    """The answer to one request: the corrected value of a field where one was asked for, and an explanation."""

    text = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, application: Application, item: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        kind, _dot, name = item.partition(".")
        if kind == "field":
            source = DetailsForm(instance=application).fields[name]
            source.required = True
            self.fields = {"value": source, **self.fields}
            self.fields["value"].initial = getattr(application, name)
        elif kind == "other":
            self.fields["text"].required = True

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if self.item == "field.uscc":
            return clean_credit_code(value)
        if self.item == "field.id_number":
            return clean_id_number(value)
        return value
