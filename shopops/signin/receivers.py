"""What allauth, Django and axes tell us: every attempt is logged, every change of a factor is told to its owner."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.signin import factors, lockout, sessions
from shopops.signin.models import SignIn
from shopops.signin.services import record_failure, record_success
from shopops.signin.telling import tell


def connect() -> None:
    """Listen; called once by the app's `ready`."""
    for signal, receiver in (
        (account_signals.user_logged_in, _signed_in),
        (account_signals.password_changed, _password_changed),
        (account_signals.password_set, _password_changed),
        (account_signals.password_reset, _password_reset),
        (account_signals.email_added, _address_added),
        (account_signals.email_changed, _address_changed),
        (account_signals.email_removed, _address_removed),
        (mfa_signals.authenticator_used, _factor_used),
        (mfa_signals.authenticator_added, _factor_added),
        (mfa_signals.authenticator_removed, _factor_removed),
        (mfa_signals.authenticator_reset, _codes_renewed),
        (mfa_signals.authentication_failed, _wrong_factor),
        (user_login_failed, _wrong_password),
        (user_locked_out, _locked_out),
    ):
        signal.connect(receiver, dispatch_uid=f"shopops.signin.{receiver.__name__}")


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [record.get("type") or record.get("method") for record in get_authentication_records(request, user)]
    method = next((each for each in reversed(methods) if each in SignIn.Method.values), SignIn.Method.OTHER)
    record_success(request, user, str(method))


def _wrong_password(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kw: Any) -> None:
    if request is None:
        return
    # Axes marks the failure that locks, too; one it refused without looking was not counted.
    refused = getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None  # type: ignore[attr-defined]
    outcome = SignIn.Outcome.LOCKED_OUT if refused else SignIn.Outcome.WRONG_PASSWORD
    record_failure(request, lockout.account(request, credentials), outcome)


def _locked_out(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    if getattr(request, "axes_failures_since_start", None) is not None:
        lockout.remember_end(request, {"email": username})


def _wrong_factor(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kw: Any) -> None:
    record_failure(request, user.email, SignIn.Outcome.WRONG_SECOND_FACTOR, str(authenticator.type))


def _factor_used(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    factors.note_proof(request, user)


def _factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kw: Any) -> None:
    if authenticator.type in factors.STRONG:
        factors.note_proof(request, user)
        _changed(request, user, f"{authenticator.type}_added")


def _factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kw: Any) -> None:
    if authenticator.type not in factors.STRONG:
        return
    if not factors.has_one(user):
        factors.drop_proof(request)
        sessions.end_others(user, request.session.session_key)
    _changed(request, user, f"{authenticator.type}_removed")


def _codes_renewed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _changed(request, user, "recovery_codes_renewed")


def _password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.end_others(user, request.session.session_key)
    _changed(request, user, "password_changed")


def _password_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.end_all(user)
    lockout.release(request, user.email)
    _changed(request, user, "password_changed")


def _address_added(sender: Any, request: HttpRequest, user: User, email_address: EmailAddress, **kw: Any) -> None:
    # Once confirmed it signs in and resets the password.
    _changed(request, user, "email_added")


def _address_changed(
    sender: Any,
    request: HttpRequest,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **kwargs: Any,
) -> None:
    before = from_email_address.email if from_email_address else ""
    if before != to_email_address.email:  # "make it the main one" can be pressed for the main one
        _changed(request, user, "email_changed", before)


def _address_removed(sender: Any, request: HttpRequest, user: User, email_address: EmailAddress, **kw: Any) -> None:
    _changed(request, user, "email_removed", email_address.email)


@transaction.atomic
def _changed(request: HttpRequest, user: User, what: str, address: str = "") -> None:
    """Put a change of somebody's own security on record, and tell them; by e-mail at `address` if one is given."""
    audit.record(action=f"signin.security.{what}", target=user, actor=user)
    tell(user, what, request=request, address=address)
