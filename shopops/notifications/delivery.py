"""Carrying queued e-mails out: claim a batch, send over one connection, mark each as it leaves."""

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from shopops.notifications.models import Delivery
from shopops.notifications.rendering import render

logger = logging.getLogger(__name__)

#: E-mails per claim: few enough that a killed worker holds little, many enough for one connection to pay.
BATCH = 50
#: A delivery in flight for longer belongs to a worker that died.
IN_FLIGHT_LIMIT = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 8
#: SMTP answers of 500 and more are final, except "mailbox busy" relatives which servers answer below 500.
PERMANENT = 500


def claim() -> list[Delivery]:
    """Take the next due e-mails; two workers never take the same (SKIP LOCKED)."""
    now = timezone.now()
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True).filter(state=Delivery.State.QUEUED, due_at__lte=now)
        ids = list(due.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])
        Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.SENDING, claimed_at=now)
    return list(Delivery.objects.filter(pk__in=ids).select_related("message").order_by("id"))


def deliver_queued() -> int:
    """Send everything that is due; returns how many left. Safe to run in several workers at once."""
    sent = 0
    while batch := claim():
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            for delivery in batch:
                _failed(delivery, error)
            break  # the server is away: the rest stays queued and untouched
        try:
            for delivery in batch:
                sent += _send(delivery, connection)
        finally:
            connection.close()
    return sent


def _send(delivery: Delivery, connection: object) -> bool:
    words = render(delivery.message, delivery.language)
    email = EmailMessage(
        subject=words.subject,
        body=words.body,
        to=[delivery.address],
        connection=connection,  # type: ignore[arg-type]
        # The same in every attempt, so that mail systems can drop a copy that a crash caused.
        headers={"Message-ID": f"<{delivery.pk}.{delivery.message_id}@{_domain()}>", "X-Delivery": str(delivery.pk)},
    )
    try:
        email.send()
    except (OSError, smtplib.SMTPException) as error:
        _failed(delivery, error)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), attempts=delivery.attempts + 1, error=""
    )
    return True


def _failed(delivery: Delivery, error: Exception) -> None:
    """Keep the error; try again with a growing pause unless the server's answer is final."""
    attempts = delivery.attempts + 1
    final = _is_permanent(error) or attempts >= MAX_ATTEMPTS
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.FAILED if final else Delivery.State.QUEUED,
        attempts=attempts,
        error=str(error)[:500],
        due_at=timezone.now() + dt.timedelta(minutes=2**attempts),
    )
    logger.warning("Delivery %s %s: %s", delivery.pk, "failed" if final else "waits", type(error).__name__)


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT


def requeue_stuck() -> int:
    """Give back what a dead worker had claimed; returns how many."""
    return Delivery.objects.filter(
        state=Delivery.State.SENDING, claimed_at__lt=timezone.now() - IN_FLIGHT_LIMIT
    ).update(state=Delivery.State.QUEUED, claimed_at=None)


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
