"""Forms about the people of a shop."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.portal_roles import DESCRIPTIONS, GIVEN
from shopops.accounts.models import User


class InviteForm(forms.Form):
    """Whom to ask, and what for."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, f"{role.label} · {DESCRIPTIONS[role]}") for role in GIVEN]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Addresses are compared without regard to case; one that no mail server can be asked for is refused."""
        email = self.cleaned_data["email"].lower()
        try:
            email.rpartition("@")[2].encode("idna")
        except UnicodeError:
            raise ValidationError(
                _("The part after the @ is no valid domain. Compare it with the person's mailbox.")
            ) from None
        return str(email)


class RoleForm(forms.Form):
    """A member's role, in the table of people."""

    role = forms.ChoiceField(widget=forms.Select(attrs={"class": "input"}))

    def __init__(self, *args: Any, person: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(role.value, role.label) for role in GIVEN]
        field.label = _("Role of %(name)s") % {"name": person}


class JoinForm(forms.Form):
    """Name and password of somebody who has no account yet."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """As strict as at sign-up."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
