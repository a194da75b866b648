"""Holds: risky changes wait for a day after a suspicious sign-in, so that the real owner hears of it first."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.signin.models import Hold, SignIn
from shopops.ui import formats

LENGTH = dt.timedelta(hours=24)
LIFT = "signin.lift_hold"


class Held(ValidationError):
    """A risky change has to wait. `until` is the aware datetime from which on it is possible again."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        super().__init__(
            _(
                "After an unusual sign-in this change has to wait until %(until)s. On the page “Security” you can lift "
                "the hold with your second factor."
            )
            % {"until": formats.due(until)},
            code="held",
        )


def refuse_while_held(user: User) -> None:
    """Raise Held when a suspicious sign-in of this person holds risky changes; do nothing otherwise."""
    hold = standing(user)
    if hold is not None:
        raise Held(hold.until)


def standing(user: User, now: dt.datetime | None = None) -> Hold | None:
    """The hold that counts now (the one that lasts longest), or None."""
    now = now or timezone.now()
    return (
        Hold.objects.filter(user_id=user.pk, lifted_at__isnull=True, until__gt=now)
        .select_related("sign_in")
        .order_by("-until")
        .first()
    )


def standing_of(users: Iterable[User], now: dt.datetime | None = None) -> list[Hold]:
    """The holds that count now on any of these people, the latest first."""
    now = now or timezone.now()
    found = Hold.objects.filter(user__in=[user.pk for user in users], lifted_at__isnull=True, until__gt=now)
    return list(found.filter(since__lte=now).select_related("user", "sign_in"))


@transaction.atomic
def place(*, user: User, sign_in: SignIn) -> Hold:
    """Hold risky changes for 24 hours after `sign_in`, and put it on record."""
    hold = Hold.objects.create(
        user=user, sign_in=sign_in, since=sign_in.at, until=sign_in.at + LENGTH, reasons=sign_in.reasons
    )
    audit.record(
        action="signin.hold.placed",
        target=hold,
        actor=None,
        after={"until": hold.until.isoformat(), "reasons": list(hold.reasons), "network": sign_in.network},
    )
    return hold


@transaction.atomic
def lift(*, user: User, actor: User, reason: str) -> int:
    """Lift every hold on `user` that stands; returns how many did. Each is put on record with the reason.

    The person lifts the own hold after proving a second factor (the caller has checked that); everybody else needs
    the permission `signin.lift_hold` and a reason. Raises PermissionDenied or ValidationError.
    """
    if actor.pk != user.pk and not actor.has_perm(LIFT):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the hold is lifted; it goes on record.")})
    now = timezone.now()
    holds = list(
        Hold.objects.select_for_update(of=("self",)).filter(user_id=user.pk, lifted_at__isnull=True, until__gt=now)
    )
    for hold in holds:
        hold.lifted_at, hold.lifted_by, hold.lifted_because = now, actor, reason[:300]
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        audit.record(
            action="signin.hold.lifted",
            target=hold,
            actor=actor,
            reason=reason,
            before={"until": hold.until.isoformat()},
            after={"lifted_at": now.isoformat()},
        )
    return len(holds)
