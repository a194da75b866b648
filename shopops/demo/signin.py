"""The demo's operator with a second factor, so that the second step of a sign-in can be tried without a phone."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt

from shopops.accounts.models import User

EMAIL = "secured@shopops.example"
NAME = "Vera Lindqvist"


def seed(*, password: str) -> None:
    """Make the operator with an authenticator app and recovery codes; `password` is hashed already. Safe to repeat."""
    user, created = User.objects.get_or_create(
        email=EMAIL,
        defaults={"name": NAME, "language": "en", "password": password, "is_staff": True, "roles": ["supervisor"]},
    )
    if created:
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)


def secret() -> str:
    """The secret to enter into an authenticator app; empty when the operator or the app is gone."""
    factor = Authenticator.objects.filter(user__email=EMAIL, type=Authenticator.Type.TOTP).first()
    return decrypt(factor.data["secret"]) if factor else ""


def code() -> str:
    """What the authenticator app would show now; empty without one."""
    own = secret()
    if not own:
        return ""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(own, counters[len(counters) // 2]))
