"""Second factors: who needs one, who has one, and whether this session has proved it."""

import datetime as dt
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.fields import decrypted, encrypted
from shopops.signin import sessions

#: What counts as a second factor; recovery codes only stand in for one.
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: How long a proof that was asked for counts.
RECENT = dt.timedelta(minutes=10)
_PROVED = "signin_second_factor"


def required_of(user: User | AnonymousUser) -> bool:
    """Whether this person may do nothing as an operator without a second factor."""
    return bool(settings.MFA_REQUIRED_FOR_OPERATORS and isinstance(user, User) and user.is_operator)


def has_one(user: User) -> bool:
    """Whether a second factor is set up."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG).exists()


def had_one_before(user: User, moment: dt.datetime) -> bool:
    """Whether a second factor is older than `moment`: only such a one proves that the owner is there."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG, created_at__lt=moment).exists()


def proving_page(user: User) -> str:
    """The address of the page on which this person proves a second factor they have."""
    has_app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


def proved_recently(request: HttpRequest, after: dt.datetime) -> bool:
    """Whether a second factor was proved again in this session within ten minutes, and after `after`."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("method") == "mfa" and record.get("reauthenticated")]
    return bool(proofs) and proofs[-1] > max(after.timestamp(), time.time() - RECENT.total_seconds())


def proved_in(request: HttpRequest) -> bool:
    """Whether the person of this session has used, or set up, a second factor in it."""
    return bool(request.session.get(_PROVED) == request.user.pk)


def note_proof(request: HttpRequest, user: User) -> None:
    """Remember in the session that a second factor was used."""
    request.session[_PROVED] = user.pk


def drop_proof(request: HttpRequest) -> None:
    """Forget the proof: the factor it was given with is gone."""
    request.session.pop(_PROVED, None)


@transaction.atomic
def reset(*, user: User, actor: User, reason: str) -> int:
    """Remove somebody's second factors (a lost phone) and end the sessions; returns how many factors went.

    On record with the reason. The caller checks `signin.reset_factors` and that it is somebody else.
    """
    kinds = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    Authenticator.objects.filter(user_id=user.pk).delete()
    sessions.end_all(user)
    audit.record(
        action="signin.factors.reset", target=user, actor=actor, reason=reason, before={"factors": sorted(kinds)}
    )
    return len(kinds)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets encrypted at rest, our name in the authenticator app, and no way for operators to go without."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("The code is wrong or was used already. Wait for the next one."),
        "cannot_delete_authenticator": gettext_lazy(
            "Operators need a second factor: set up another one before you remove this."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a security key first."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first, then set up a second factor."),
        "add_email_blocked": gettext_lazy(
            "While second factors are set up no address can be added. Remove them, add the address, set them up again."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.MARKETPLACE_NAME)

    def build_totp_svg(self, url: str) -> str:
        """The QR code as markup for the page itself: without the XML declaration, black on nothing."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        if not required_of(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Security key %(number)s") % {"number": count + 1}
