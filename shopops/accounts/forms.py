"""What we ask at sign-up beyond allauth's e-mail and password."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupExtraForm(forms.Form):
    """The applicant's own name, as messages will address them."""

    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth's hook; the name is saved by the adapter."""
