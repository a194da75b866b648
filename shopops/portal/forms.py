"""What people may change about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User


class AccountForm(forms.ModelForm):
    """Name, phone, and the language of messages. Contact facts apply at once."""

    class Meta:
        model = User
        fields = ("name", "phone", "language")
        help_texts = {"language": _("Of e-mails and, unless you choose another one, of the pages.")}
