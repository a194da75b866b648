"""What applicants fill in: the details of their application, and answers to what reviewers ask."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.checks import Facts, identity, words
from merchants.models import Application, Category, ShopType

_PHONE = RegexValidator(
    re.compile(r"\+?[0-9][0-9 \-]{5,18}[0-9]"),
    gettext_lazy("Write the phone with 7 to 20 digits, for example 138 0013 8000 or +86 571 8765 4321."),
)
#: Characters that turn the direction of writing around, so that a name reads as another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def no_control_characters(value: str) -> None:
    """Refuse what nobody can see and no licence has, naming the first place; line breaks and tabs are fine."""
    for place, letter in enumerate(value, 1):
        if (unicodedata.category(letter) == "Cc" and letter not in "\n\r\t") or letter in _TURNING:
            raise ValidationError(
                _("Character %(place)d is invisible (U+%(code)s). Delete it, or type the text instead of pasting it."),
                "control_character",
                {"place": place, "code": f"{ord(letter):04X}"},
            )


def date_field(label: Any, hint: Any = "") -> forms.DateField:
    """A date that may stay empty, written as browsers, people and licences write it."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
    )


def refuse_control_characters(form: forms.BaseForm) -> None:
    """Add the validator to every text field of a form."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.validators = [no_control_characters, *field.validators]


class ChecklistForm(forms.Form):
    """What is needed for a shop of this type in this category?"""

    shop_type = forms.ChoiceField(label=gettext_lazy("Shop type"), choices=ShopType.choices)
    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=Category.choices)


class DetailsForm(forms.ModelForm):
    """The application form. Everything may stay empty in a draft; what is filled in has to be right.

    Each field carries the value it was shown with (`show_hidden_initial`), so that `changes` finds what was changed in
    this window and saving leaves alone what another window wrote.
    """

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
    established_on = date_field(gettext_lazy("Established on"))
    bank_account = forms.CharField(
        label=gettext_lazy("Bank account"), max_length=40, required=False,
        help_text=gettext_lazy(
            "In the company's name; a sole trader gives the operator's account. Stored encrypted; individuals leave it "
            "empty."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip

    class Meta:
        model = Application
        fields = (
            "shop_name", "shop_type", "category", "brand", "region",
            "legal_name", "uscc", "legal_form", "address", "registered_capital", "established_on", "scope",
            "legal_person", "id_number", "contact_name", "contact_phone",
            "bank_name", "bank_account",
        )  # fmt: skip
        labels = {
            "legal_form": gettext_lazy("Type on the licence"),
            "address": gettext_lazy("Address"),
            "bank_name": gettext_lazy("Bank and branch"),
        }
        help_texts = {
            "shop_name": gettext_lazy("As buyers will see it."),
            "brand": gettext_lazy("For flagship and exclusive shops."),
            "region": gettext_lazy("City or province your goods leave from."),
            "legal_name": gettext_lazy("Exactly as on the business licence."),
            "legal_form": gettext_lazy("For example 有限责任公司. May stay empty."),
            "address": gettext_lazy("The registered address; individuals write where they can be reached."),
            "registered_capital": gettext_lazy("As the licence prints it. May stay empty."),
            "scope": gettext_lazy("The full text of the licence."),
        }
        widgets = {"scope": forms.Textarea(attrs={"rows": 4})}

    #: The sections of the page: id, title, fields.
    SECTIONS = (
        ("shop", gettext_lazy("Shop"), ("shop_name", "shop_type", "category", "brand", "region")),
        (
            "business",
            gettext_lazy("Business"),
            ("legal_name", "uscc", "legal_form", "address", "registered_capital", "established_on", "scope"),
        ),
        ("people", gettext_lazy("People"), ("legal_person", "id_number", "contact_name", "contact_phone")),
        ("bank", gettext_lazy("Bank account"), ("bank_name", "bank_account")),
    )

    def __init__(self, *args: Any, only: tuple[str, ...] | list[str] = (), **kwargs: Any) -> None:
        """`only`: the fields to show; all when empty."""
        super().__init__(*args, **kwargs)
        if only:
            self.fields = {name: field for name, field in self.fields.items() if name in only}
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            #: What htmx sends beside the value: which field it was.
            field.save_values = json.dumps({"field": name})  # type: ignore[attr-defined]
        refuse_control_characters(self)

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """The sections with their fields, for the template; sections without fields are left out."""
        found = [
            (code, title, [self[name] for name in names if name in self.fields]) for code, title, names in self.SECTIONS
        ]
        return [section for section in found if section[2]]

    def hidden_initials(self) -> SafeString:
        """The values that this window is shown, to be sent back with what was typed."""
        return format_html_join("", "{}", ((self[name].as_hidden(only_initial=True),) for name in self.fields))

    @property
    def changes(self) -> dict[str, Any]:
        """The valid values that were sent and differ from what this window was shown."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.data and (self[name].html_initial_name not in self.data or name in self.changed_data)
        }

    def clean_uscc(self) -> str:
        return clean_credit_code(self.cleaned_data["uscc"])

    def clean_id_number(self) -> str:
        return clean_id_number(self.cleaned_data["id_number"])

    def clean_bank_account(self) -> str:
        return clean_bank_account(self.cleaned_data["bank_account"])

    def clean_established_on(self) -> dt.date | None:
        return clean_established_on(self.cleaned_data["established_on"])


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


def clean_bank_account(value: str) -> str:
    """Return the account without spaces; raises ValidationError for anything but 8 to 34 digits and letters (IBAN)."""
    account = identity.compact(value)
    if account and not re.fullmatch(r"[0-9A-Z]{8,34}", account):
        raise ValidationError(
            _("An account has 8 to 34 digits, or letters and digits (IBAN). “%(given)s” has something else in it."),
            "bank_account",
            {"given": value},
        )
    return account


def clean_established_on(value: dt.date | None) -> dt.date | None:
    """Return the day; raises ValidationError for one to come."""
    if value and value > timezone.localdate():
        raise ValidationError(_("The day is in the future. Copy the date of establishment from the licence."), "future")
    return value


#: How the answer to a request for one field is checked, beyond the field's own rules.
CLEANERS: dict[str, Callable[[Any], Any]] = {
    "uscc": clean_credit_code,
    "id_number": clean_id_number,
    "bank_account": clean_bank_account,
    "established_on": clean_established_on,
}


def _facts(**values: str) -> Facts:
    """Facts for a check of one number: neither policy nor day matter."""
    return Facts(policy=None, today=dt.date.min, shop_type="", category="", **values)  # type: ignore[arg-type]


def _must_not_fail(verdict: Any) -> None:
    if verdict.outcome == "fail":
        raise ValidationError(str(words.SENTENCES[verdict.evidence]) % verdict.params)


class AnswerForm(forms.Form):
    """The answer to one request: the corrected value of a field where one was asked for, and an explanation."""

    text = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, application: Application, item: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        kind, _dot, self.field_name = item.partition(".")
        if kind == "field":
            source = DetailsForm(instance=application).fields[self.field_name]
            source.required, source.show_hidden_initial = True, False
            self.fields = {"value": source, **self.fields}
            self.fields["value"].initial = getattr(application, self.field_name)
        elif kind == "other":
            self.fields["text"].required = True
        refuse_control_characters(self)

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        clean = CLEANERS.get(self.field_name)
        return clean(value) if clean else value
