"""What owners do with endpoints, one transaction each: add, change, rotate, switch, test, replay, skip."""

import datetime as dt
import time

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.webhooks import calling, signing
from shopops.webhooks.addresses import RefusedAddress, check
from shopops.webhooks.catalogue import PING, choices
from shopops.webhooks.models import Attempt, Delivery, Endpoint, OutboxEvent
from shopops.webhooks.outbox import wake, wanted_by, write

#: Both secrets sign for so long after a rotation.
OVERLAP = dt.timedelta(hours=24)
#: Endpoints of one owner.
MOST_ENDPOINTS = 20
#: Events that one replay sends again.
MOST_REPLAYED = 10_000
#: Between two test calls of one endpoint.
TEST_PAUSE = dt.timedelta(seconds=3)


@transaction.atomic
def add_endpoint(
    *, url: str, events: list[str], actor: User, merchant_id: int | None = None, description: str = ""
) -> Endpoint:
    """Add an endpoint; its secret is on the returned object, to be shown once. Raises ValidationError by field."""
    _check(url, events, merchant_id)
    if present(merchant_id).count() >= MOST_ENDPOINTS:
        raise ValidationError(_("There are %(count)s endpoints already. Remove one first.") % {"count": MOST_ENDPOINTS})
    endpoint = Endpoint.objects.create(
        url=url, events=events, merchant_id=merchant_id, description=description, secret=signing.new_secret()
    )
    audit.record(action="webhooks.endpoint.added", target=endpoint, actor=actor, after=_facts(endpoint))
    return endpoint


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, url: str, events: list[str], description: str, actor: User) -> Endpoint:
    """Change address, events or description. What is owed already goes to the new address. Raises ValidationError."""
    _check(url, events, endpoint.merchant_id)
    locked = _locked(endpoint)
    before = _facts(locked)
    locked.url, locked.events, locked.description = url, events, description
    locked.save(update_fields=["url", "events", "description"])
    if before != _facts(locked):
        audit.record(
            action="webhooks.endpoint.changed", target=locked, actor=actor, before=before, after=_facts(locked)
        )
    return locked


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, actor: User) -> Endpoint:
    """Make a new secret, to be shown once; for OVERLAP calls carry the signatures of both."""
    locked = _locked(endpoint)
    locked.previous_secret, locked.secret = locked.secret, signing.new_secret()
    locked.previous_until = timezone.now() + OVERLAP
    locked.save(update_fields=["secret", "previous_secret", "previous_until"])
    audit.record(action="webhooks.endpoint.secret_rotated", target=locked, actor=actor)
    return locked


@transaction.atomic
def switch_off(*, endpoint: Endpoint, why: Endpoint.Why, actor: User | None) -> bool:
    """Stop calling an endpoint; what it is owed stays owed. Returns whether it was on."""
    locked = _locked(endpoint)
    if not locked.is_active and why != Endpoint.Why.REMOVED:
        return False
    locked.state, locked.disabled_at, locked.disabled_because = Endpoint.State.DISABLED, timezone.now(), why
    locked.save(update_fields=["state", "disabled_at", "disabled_because"])
    audit.record(
        action="webhooks.endpoint.removed" if why == Endpoint.Why.REMOVED else "webhooks.endpoint.switched_off",
        target=locked,
        actor=actor,
        after={"because": str(why)},
    )
    return True


@transaction.atomic
def switch_on(*, endpoint: Endpoint, actor: User) -> Endpoint:
    """Call an endpoint again, beginning with what it is owed. What happened meanwhile is replayed when asked for."""
    locked = _locked(endpoint)
    if locked.is_active or locked.disabled_because == Endpoint.Why.REMOVED:
        return locked
    locked.state, locked.disabled_at, locked.disabled_because = Endpoint.State.ACTIVE, None, ""
    locked.failing_since, locked.failures, locked.next_attempt_at = None, 0, timezone.now()
    locked.save()
    audit.record(action="webhooks.endpoint.switched_on", target=locked, actor=actor)
    wake()
    return locked


@transaction.atomic
def replay(
    *, endpoint: Endpoint, actor: User, since: dt.datetime, until: dt.datetime | None = None, uid: str = ""
) -> int:
    """Send again what happened in a period, or one event of it; also what the endpoint never got. Returns how many.

    The webhook-id stays, so that receivers can tell. Raises ValidationError for more than MOST_REPLAYED events.
    """
    events = wanted_by(endpoint).filter(occurred_at__gte=since, occurred_at__lte=until or timezone.now())
    if uid:
        events = events.filter(uid=uid)
    ids = list(events.order_by("id").values_list("pk", flat=True)[: MOST_REPLAYED + 1])
    if len(ids) > MOST_REPLAYED:
        raise ValidationError(
            _("More than %(count)s events: choose a shorter period.") % {"count": f"{MOST_REPLAYED:,}"}
        )
    again = Delivery.objects.filter(endpoint=endpoint, event_id__in=ids).exclude(state=Delivery.State.WAITING)
    again.update(state=Delivery.State.WAITING, finished_at=None, attempts=0)
    Delivery.objects.bulk_create(
        [Delivery(endpoint=endpoint, event_id=pk) for pk in ids], batch_size=1000, ignore_conflicts=True
    )
    audit.record(
        action="webhooks.endpoint.replayed",
        target=endpoint,
        actor=actor,
        after={"since": since.isoformat(), "until": until and until.isoformat(), "event": uid, "events": len(ids)},
    )
    wake()
    return len(ids)


@transaction.atomic
def skip(*, delivery: Delivery, actor: User) -> bool:
    """Give up one waiting event, so that those behind it can go. Returns whether it was waiting."""
    now = timezone.now()
    waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    if not waiting.update(state=Delivery.State.SKIPPED, finished_at=now):
        return False
    Endpoint.objects.filter(pk=delivery.endpoint_id).update(next_attempt_at=now)
    audit.record(
        action="webhooks.delivery.skipped", target=delivery.endpoint, actor=actor, after={"event": delivery.event.uid}
    )
    wake()
    return True


def send_test(*, endpoint: Endpoint, actor: User) -> Attempt | None:
    """Call the endpoint now with a test event, out of the order, and return what came of it.

    It takes as long as the receiver does (see `calling`). None when the last test was a moment ago. An answer also
    brings a pausing queue forward: the receiver is there again.
    """
    now = timezone.now()
    with transaction.atomic():
        _locked(endpoint)
        recent = Attempt.objects.filter(
            delivery__endpoint=endpoint, delivery__event__type=PING, at__gt=now - TEST_PAUSE
        )
        if recent.exists():
            return None
        event = write(type=PING, data={"endpoint": endpoint.pk}, merchant_id=endpoint.merchant_id)
        state = Delivery.State.SKIPPED
        delivery = Delivery.objects.create(endpoint=endpoint, event=event, state=state, finished_at=now)
        audit.record(action="webhooks.endpoint.tested", target=endpoint, actor=actor)
    attempt = call(endpoint, delivery)
    if attempt.succeeded:
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DELIVERED)
            Endpoint.objects.filter(pk=endpoint.pk, state=Endpoint.State.ACTIVE).update(next_attempt_at=timezone.now())
            wake()
    return attempt


def call(endpoint: Endpoint, delivery: Delivery) -> Attempt:
    """Make one call and write it down; what it means for the queue is the caller's business."""
    event: OutboxEvent = delivery.event
    now = int(time.time())
    body = event.body
    headers = signing.headers(endpoint.secrets(timezone.now()), uid=event.uid, timestamp=now, body=body)
    answer = calling.post(
        endpoint.url, body, {"Content-Type": "application/json", "User-Agent": "ShopOps-Webhooks/1", **headers}
    )
    Delivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts + 1)
    return Attempt.objects.create(
        delivery=delivery,
        status=answer.status,
        milliseconds=answer.milliseconds,
        response=answer.excerpt,
        error=answer.error,
    )


def present(merchant_id: int | None) -> "models.QuerySet[Endpoint]":
    """An owner's endpoints without the removed ones; None is the platform."""
    return Endpoint.objects.filter(merchant_id=merchant_id).exclude(disabled_because=Endpoint.Why.REMOVED)


def _check(url: str, events: list[str], merchant_id: int | None) -> None:
    try:
        check(url)
    except RefusedAddress as error:
        raise ValidationError({"url": str(error)}) from error
    known = {code for code, _label in choices(for_merchant=merchant_id is not None)}
    if unknown := sorted(set(events) - known):
        raise ValidationError({"events": _("There is no event %(name)s.") % {"name": ", ".join(unknown)}})


def _facts(endpoint: Endpoint) -> dict[str, object]:
    return {"url": endpoint.url, "events": endpoint.events}


def _locked(endpoint: Endpoint) -> Endpoint:
    # Not FOR UPDATE: writing an event refers to the row and must not wait for whoever edits the endpoint.
    return Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
