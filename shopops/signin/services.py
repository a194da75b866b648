"""Writing the log of sign-ins, and what follows from a suspicious one."""

import datetime as dt
import hashlib

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from shopops import network
from shopops.accounts.models import User
from shopops.notifications.services import notify
from shopops.signin import anomaly, device, holds
from shopops.signin.models import Hold, SignIn
from shopops.signin.places import Place, provider

#: How far back devices and networks count as known.
MEMORY = dt.timedelta(days=365)
_LATEST = 300


@transaction.atomic
def record_success(request: HttpRequest, user: User, method: str) -> SignIn:
    """Log a sign-in that succeeded, judge it, and when it is suspicious hold risky changes and tell the person."""
    this = _attempt(request, user.email)
    this.user, this.outcome, this.method = user, SignIn.Outcome.SUCCEEDED, method
    this.device_id = device.device_of(request)
    this.session = session_hash(request.session.session_key or "")
    this.reasons = [reason.value for reason in anomaly.judge(history(user, this.at), _seen(this))]
    this.save()
    if this.reasons:
        _warn(holds.place(user=user, sign_in=this), this)
    return this


def record_failure(request: HttpRequest, email: str, outcome: str, method: str = SignIn.Method.PASSWORD) -> SignIn:
    """Log an attempt that failed; `email` is what was typed, known or not."""
    this = _attempt(request, email)
    this.user = person_of(email)
    this.outcome, this.method = outcome, method
    this.device_id = device.known_device(request)
    this.save()
    return this


def person_of(email: str) -> User | None:
    """Whose address this is: the account's own, or another confirmed one that also signs in."""
    user = User.objects.filter(email__iexact=email).first() if email else None
    if user is None and email:
        address = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        user = address.user if address else None
    return user


def history(user: User, now: dt.datetime) -> list[anomaly.Seen]:
    """What is known of a person's attempts: the successes of a year, and the failures that are still fresh."""
    counted = Q(outcome=SignIn.Outcome.SUCCEEDED) | Q(at__gt=now - anomaly.FAILURES_WITHIN)
    rows = SignIn.objects.filter(counted, user=user, at__gt=now - MEMORY).order_by("-at")[:_LATEST]
    return [_seen(row) for row in rows]


def session_hash(key: str) -> str:
    """A short hash that tells sessions apart in the log and opens none."""
    return hashlib.sha256(f"shopops.signin:{key}".encode()).hexdigest()[:32] if key else ""


def forget(*, older_than: dt.timedelta, now: dt.datetime | None = None) -> int:
    """Delete attempts that are older; returns how many."""
    deleted, _by_model = SignIn.objects.filter(at__lt=(now or timezone.now()) - older_than).delete()
    return deleted


def _attempt(request: HttpRequest, email: str) -> SignIn:
    address = network.address_of(request)
    place = provider().place_of(address) or Place("")
    return SignIn(
        at=timezone.now(),
        email=email.strip().lower()[:254],
        device=device.describe(request.headers.get("User-Agent", "")),
        network=network.masked(address),
        zone=place.zone,
        place=place.name,
    )


def _seen(row: SignIn) -> anomaly.Seen:
    return anomaly.Seen(
        at=row.at,
        succeeded=row.outcome == SignIn.Outcome.SUCCEEDED,
        device=row.device_id,
        network=row.network,
        zone=row.zone,
    )


def _warn(hold: Hold, this: SignIn) -> None:
    notify(
        kind="signin.suspicious",
        key=f"signin.suspicious:{this.pk}",
        recipients=[hold.user],
        context={
            "at": this.at,
            "device": this.device,
            "network": this.network,
            "place": this.place,
            "reasons": list(this.reasons),
            "until": hold.until,
        },
        url=reverse("signin:security"),
        target=hold,
    )
