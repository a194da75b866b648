"""Carrying queued messages out: claim a batch of one channel, hand each over, mark it before the next one leaves.

The promise: when a worker dies, the one message between the other side's "taken" and our mark may leave a second time,
nothing else, and nothing is lost. So each message is marked before the next is handed over, in one statement that also
asks whether the next one is still ours (withdrawn? taken over by another worker?).

The marks do not wait for the disk one by one (`synchronous_commit` off); the last of a batch does, and makes all before
it safe. When the database dies in between, this worker still knows what left and marks it again as soon as it is back.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from shopops.notifications.models import Delivery, MessageText
from shopops.notifications.texts import text_of
from shopops.notifications.transports import Transport, TransportError, transport_for

logger = logging.getLogger(__name__)

#: Messages per claim: few enough that a killed worker holds little, many enough for one connection to pay.
BATCH = 200
#: A delivery in flight for longer belongs to a worker that died; a slow worker renews its claim before that.
IN_FLIGHT_LIMIT = dt.timedelta(minutes=2)
RENEW_AFTER = 30.0  # seconds
MAX_ATTEMPTS = 8
#: How long a worker waits for a database that died under it, so that it can still mark what left. Seconds.
DATABASE_PATIENCE = 300.0
DATABASE_GONE = (OperationalError, InterfaceError)
CHANNELS = (Delivery.Channel.EMAIL, Delivery.Channel.SMS, Delivery.Channel.CHAT)


def deliver_queued() -> int:
    """Send everything that is due; returns how many left. Safe to run in several workers at once."""
    return sum(_deliver(channel) for channel in CHANNELS)


def _deliver(channel: str) -> int:
    sent = 0
    while deliveries := claim(channel):
        batch = Batch(deliveries, transport_for(channel))
        batch.carry()
        sent += len(batch.left)
        if batch.stopped:
            break
    return sent


def claim(channel: str = Delivery.Channel.EMAIL) -> list[Delivery]:
    """Take the next due messages of a channel; two workers never take the same (SKIP LOCKED)."""
    now = timezone.now()
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True).filter(
            state=Delivery.State.QUEUED, due_at__lte=now, channel=channel
        )
        ids = list(due.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.SENDING, claimed_at=now)
    return list(Delivery.objects.filter(pk__in=ids).select_related("message").order_by("id"))


class Batch:
    """What one worker claimed, on its way. `left` are the ids that were taken by the other side."""

    def __init__(self, deliveries: list[Delivery], transport: Transport) -> None:
        self.deliveries = deliveries
        self.transport = transport
        self.left: list[int] = []
        self.stopped = False
        self._texts: dict[tuple[int, str], MessageText] = {}
        self._renewed = time.monotonic()

    def carry(self) -> None:
        """Send the batch. Sets `stopped` when the service does not take anything now; the rest is queued again."""
        try:
            self.transport.open()
        except TransportError as error:
            self._give_back(0, error)
            return
        try:
            with _quick_commits():
                self._carry()
        except DATABASE_GONE:
            _mark_again(self.left)
            raise
        finally:
            self.transport.close()
        if self.left:
            _confirm(self.left)

    def _carry(self) -> None:
        is_ours = bool(self.deliveries) and _is_ours(self.deliveries[0])
        for number, delivery in enumerate(self.deliveries):
            following = self.deliveries[number + 1] if number + 1 < len(self.deliveries) else None
            if not is_ours:
                is_ours = following is not None and _is_ours(following)
                continue
            self._renew(number)
            try:
                self.transport.send(delivery, self._text(delivery))
            except TransportError as error:
                if error.wait is not None:
                    self._give_back(number, error)
                    return
                _failed(delivery, error, permanent=error.permanent)
            except DATABASE_GONE:
                raise
            except (
                ValueError
            ) as error:  # an address that cannot be written (UnicodeError is one): only this one is lost
                _failed(delivery, error, hopeless=True)
            except Exception as error:  # a template or a program at fault may be mended while this one waits
                logger.exception("Delivery %s could not be written", delivery.pk)
                _failed(delivery, error)
            else:
                self.left.append(delivery.pk)
                is_ours = _mark_sent(delivery, following)
                continue
            is_ours = following is not None and _is_ours(following)

    def _text(self, delivery: Delivery) -> MessageText:
        key = (delivery.message_id, delivery.language)
        if key not in self._texts:
            self._texts[key] = text_of(delivery.message, delivery.language)
            self._texts[key].message = delivery.message
        return self._texts[key]

    def _renew(self, number: int) -> None:
        """Keep the claim on what is still to be sent when the other side is slow."""
        if time.monotonic() - self._renewed < RENEW_AFTER:
            return
        rest, now = self.deliveries[number:], timezone.now()
        Delivery.objects.filter(
            pk__in=[each.pk for each in rest], state=Delivery.State.SENDING, claimed_at=rest[0].claimed_at
        ).update(claimed_at=now)
        for each in rest:
            each.claimed_at = now
        self._renewed = time.monotonic()

    def _give_back(self, number: int, error: TransportError) -> None:
        """Queue the rest again as it was: the service's trouble is no attempt of theirs."""
        self.stopped = True
        rest = self.deliveries[number:]
        Delivery.objects.filter(
            pk__in=[each.pk for each in rest], state=Delivery.State.SENDING, claimed_at=rest[0].claimed_at
        ).update(
            state=Delivery.State.QUEUED,
            claimed_at=None,
            error=str(error)[:500],
            due_at=timezone.now() + (error.wait or dt.timedelta()),
        )
        logger.warning("%s takes nothing now (%s); %s wait", type(self.transport).__name__, error, len(rest))


_MARK_SENT = """
    UPDATE notifications_delivery
       SET state = 'sent', sent_at = clock_timestamp(), attempts = %s, address = %s, error = '' WHERE id = %s"""
_IS_OURS = "SELECT state = 'sending' AND claimed_at = %s FROM notifications_delivery WHERE id = %s"


def _mark_sent(delivery: Delivery, following: Delivery | None) -> bool:
    """Mark one as sent, whatever became of its row meanwhile: the ledger says what happened. Is the next still ours?"""
    values: list[Any] = [delivery.attempts + 1, delivery.address, delivery.pk]
    with connection.cursor() as cursor:
        if following is None:
            cursor.execute(_MARK_SENT, values)
            return False
        cursor.execute(
            f"WITH marked AS ({_MARK_SENT}) {_IS_OURS}",
            [*values, following.claimed_at, following.pk],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _is_ours(delivery: Delivery) -> bool:
    """Whether this worker's claim holds and nobody withdrew the message."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_OURS, [delivery.claimed_at, delivery.pk])
        row = cursor.fetchone()
    return bool(row and row[0])


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Marks do not wait for the disk one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        # A connection that is gone takes its setting along.
        with suppress(*DATABASE_GONE), connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _confirm(ids: list[int]) -> None:
    """Write the last mark once more, waiting for the disk: everything before it is then safe, too."""
    Delivery.objects.filter(pk=ids[-1], state=Delivery.State.SENT).update(state=Delivery.State.SENT)


def _mark_again(ids: list[int]) -> None:
    """The database died under us: mark what left when it is back, so that nothing leaves twice."""
    end = time.monotonic() + DATABASE_PATIENCE
    while ids:
        connection.close()
        try:
            Delivery.objects.filter(pk__in=ids).exclude(state=Delivery.State.READ).update(
                state=Delivery.State.SENT, sent_at=timezone.now(), error=""
            )
        except DATABASE_GONE:
            if time.monotonic() > end:
                logger.error("The database stays away; %s messages left without a mark and may leave twice", len(ids))
                return
            time.sleep(1)
        else:
            return


def _failed(delivery: Delivery, error: Exception, *, permanent: bool = False, hopeless: bool = False) -> None:
    """Keep the error; try again with a growing pause unless it is final.

    `permanent`: the other side refused it, it bounced. `hopeless`: we cannot even ask.
    """
    attempts = delivery.attempts + 1
    state = Delivery.State.QUEUED
    if permanent:
        state = Delivery.State.BOUNCED
    elif hopeless or attempts >= MAX_ATTEMPTS:
        state = Delivery.State.FAILED
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING).update(
        state=state,
        attempts=attempts,
        address=delivery.address,
        error=str(error)[:500],
        due_at=timezone.now() + dt.timedelta(minutes=2**attempts),
    )
    logger.warning("Delivery %s is %s: %s", delivery.pk, state, type(error).__name__)


def requeue_stuck() -> int:
    """Give back what a dead worker had claimed; returns how many. What was in flight at every death fails at last."""
    stuck = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=timezone.now() - IN_FLIGHT_LIMIT)
    stuck.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Delivery.State.FAILED, error="The worker died each time it was sent."
    )
    return stuck.update(state=Delivery.State.QUEUED, claimed_at=None, attempts=F("attempts") + 1)
