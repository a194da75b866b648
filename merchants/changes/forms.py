"""What shops fill in: new values, proofs, contacts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import policy as onboarding
from merchants.changes import policy, selectors
from merchants.changes.cleaning import cleaned
from merchants.changes.fields import CONTACT_FIELDS, DOCUMENT_PREFIX, PERSONAL, SECTIONS
from merchants.changes.models import ChangeRequest
from merchants.models import Merchant
from shopops import uploads
from shopops.fields import mask

#: Facts of a document: name in the onboarding policy → field.
_FACTS = {"number": "number", "holder": "holder", "issued": "issued_on", "expires": "expires_on"}
_FILES = ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf"


def _field(name: str) -> forms.Field:
    """The input for a fact of a shop. What it takes is checked by `cleaning`, as for the API."""
    column = Merchant._meta.get_field(name)
    assert isinstance(column, models.Field)
    label = str(column.verbose_name)
    label = label[:1].upper() + label[1:]
    if column.choices:
        return forms.ChoiceField(label=label, choices=column.choices, required=False)
    widget = forms.Textarea(attrs={"rows": 4}) if name == "scope" else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, widget=widget)


class _ValuesForm(forms.Form):
    """Fields of a shop; an error of the cleaning stands at its field."""

    contacts = False
    merchant: Merchant

    def clean(self) -> dict[str, Any]:
        values = {name: str(value) for name, value in super().clean().items() if name in self.value_names}  # type: ignore[union-attr]
        try:
            self.values = cleaned(self.changed(values), contacts=self.contacts)
        except ValidationError as error:
            self.values = {}
            for name, errors in error.error_dict.items():
                self.add_error(name, errors)
        return self.cleaned_data

    @property
    def value_names(self) -> list[str]:
        raise NotImplementedError

    def changed(self, values: dict[str, str]) -> dict[str, str]:
        """Those that differ from what the shop has. Personal data are not shown, so an empty field changes nothing."""
        return {
            name: value
            for name, value in values.items()
            if value.strip() != str(getattr(self.merchant, name) or "") and not (name in PERSONAL and not value.strip())
        }


class ChangeForm(_ValuesForm):
    """The key fields of some sections with what they say now, and why they change."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What happened: moved, new legal person, new account …"),
    )

    def __init__(self, *args: Any, merchant: Merchant, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant, self.names = merchant, names
        reason = self.fields.pop("reason")
        for name in names:
            self.fields[name] = _field(name)
            if name in PERSONAL:
                now = mask(getattr(merchant, name) or "") or "–"
                self.fields[name].help_text = _("Now: %(value)s. Empty: it stays.") % {"value": now}
            else:
                self.fields[name].initial = getattr(merchant, name)
        self.fields["reason"] = reason

    @property
    def value_names(self) -> list[str]:
        return self.names

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.values and not self.errors:
            raise ValidationError(_("Nothing is changed. Change at least one field."))
        return self.cleaned_data


class EditForm(ChangeForm):
    """The fields of a request that the shop holds, with the values it asked for."""

    def __init__(self, *args: Any, request: ChangeRequest, **kwargs: Any) -> None:
        values = {value.field: value.after or "" for value in request.values.all() if "document:" not in value.field}
        super().__init__(*args, merchant=request.merchant, names=list(values), **kwargs)
        self.fields["reason"].initial = request.reason
        if not values:
            self.fields["reason"].required = False
            self.fields["reason"].help_text = ""
        for name, value in values.items():
            if name in PERSONAL:
                self.fields[name].help_text = _("Asked for: %(value)s. Empty: it stays.") % {"value": mask(value)}
            else:
                self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        _ValuesForm.clean(self)
        return self.cleaned_data

    def changed(self, values: dict[str, str]) -> dict[str, str]:
        """What was written; a personal field that stays empty keeps what was asked for."""
        return {name: value for name, value in values.items() if not (name in PERSONAL and not value.strip())}


class ContactsForm(_ValuesForm):
    """Contacts apply at once. The form shows name and region; the phone masked, until another one is written."""

    contacts = True

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self.fields = {name: _field(name) for name in CONTACT_FIELDS}
        for name in CONTACT_FIELDS:
            if name in PERSONAL:
                now = mask(getattr(merchant, name) or "") or "–"
                self.fields[name].help_text = _("Now: %(value)s. Empty: it stays.") % {"value": now}
            else:
                self.fields[name].initial = getattr(merchant, name)
        self.fields["contact_phone"].widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        self.fields["region"].help_text = _("City or province your goods leave from.")

    @property
    def value_names(self) -> list[str]:
        return list(CONTACT_FIELDS)


def _date(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
    )


class ProofForm(forms.Form):
    """One file with what is typed from it. `types`: one of these; `optional`: it may be left out."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JPG, PNG or PDF, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": _FILES}),
    )
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=100, required=False)
    holder = forms.CharField(
        label=gettext_lazy("Name on the document"), max_length=200, required=False,
        help_text=gettext_lazy("Company or owner, exactly as printed."),
    )  # fmt: skip
    issued_on = _date(gettext_lazy("Issued on"))
    expires_on = _date(gettext_lazy("Valid until"), gettext_lazy("Empty when it says “long-term” (长期)."))

    def __init__(self, *args: Any, types: tuple[str, ...], optional: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", types[0])
        super().__init__(*args, **kwargs)
        self.types, self.optional = types, optional
        kinds = onboarding.active()[1].documents
        asked = {fact for code in types if code in kinds for fact in kinds[code].facts}
        for fact, name in _FACTS.items():
            if fact not in asked:
                del self.fields[name]
        if len(types) > 1:
            choices = [(code, selectors.type_name(code)) for code in types]
            choice = forms.ChoiceField(label=_("Which document"), choices=choices, required=False)
            self.fields = {"type": choice, **self.fields}
        self.fields["file"].required = not optional

    @property
    def title(self) -> str:
        """The document, or the documents of which one will do."""
        from merchants.changes.services.requests import group_name

        return group_name(self.types)

    @property
    def hint(self) -> str:
        """What the policy says about the document."""
        kinds, further = onboarding.active()[1].documents, policy.active()[1].proofs
        found = kinds.get(self.types[0]) or further.get(self.types[0])
        return str(found.hint) if found else ""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file:
            uploads.inspect(file)
        return file

    def clean(self) -> dict[str, Any]:
        from merchants.changes.services.proofs import required_facts

        values = self.cleaned_data
        values["type"] = values.get("type") or self.types[0]
        if values.get("file"):
            for name in required_facts(values["type"]):
                if name in self.fields and not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for this document."))
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("The document ends before it was issued. Check both dates."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed from the document, for the service."""
        return {name: self.cleaned_data.get(name) for name in _FACTS.values() if name in self.fields}


def upload_groups(fields: list[str]) -> list[tuple[str, ...]]:
    """The uploads that a request for these fields offers: groups that begin with the same document are one."""
    body = policy.active()[1]
    groups = body.proofs_for(fields)
    groups += [(field.removeprefix(DOCUMENT_PREFIX),) for field in fields if policy.is_document(field)]
    merged: dict[str, tuple[str, ...]] = {}
    for group in groups:
        merged[group[0]] = tuple(dict.fromkeys([*merged.get(group[0], ()), *group]))
    return list(merged.values())


def names_of(section: str) -> list[str]:
    """The key fields of a section that the policy lets change."""
    body = policy.active()[1]
    return [name for name in SECTIONS[section][1] if body.rule(name) is not None]
