"""What people may change about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held


class AccountForm(forms.ModelForm):
    """Name, phone, and the language of messages. Contact facts apply at once."""

    class Meta:
        model = User
        fields = ("name", "phone", "language")
        help_texts = {"language": _("Of e-mails and, unless you choose another one, of the pages.")}

    def clean_phone(self) -> str:
        """Codes and calls go to the phone: after an unusual sign-in a new number has to wait (Held)."""
        phone: str = self.cleaned_data["phone"]
        if phone != self.instance.phone:
            refuse_while_held(self.instance)
        return phone
