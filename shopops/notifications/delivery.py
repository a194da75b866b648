"""Carrying queued e-mails out: claim a batch, send over one connection, mark each as it leaves."""

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from shopops.notifications.models import Delivery
from shopops.notifications.rendering import render

logger = logging.getLogger(__name__)

#: E-mails per claim: few enough that a killed worker holds little, many enough for one connection to pay.
BATCH = 50
#: A delivery in flight for longer belongs to a worker that died; the claim is renewed before each e-mail.
IN_FLIGHT_LIMIT = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 8
#: How long mail waits after the server was away or refused us.
SERVER_PAUSE = dt.timedelta(minutes=1)
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
            _give_back(batch, error)
            break
        try:
            for number, delivery in enumerate(batch):
                try:
                    sent += _send(delivery, connection)
                except ServerTrouble as trouble:
                    _give_back(batch[number:], trouble)
                    return sent
        finally:
            connection.close()
    return sent


class ServerTrouble(Exception):
    """The mail server is away or refuses us, not a recipient: everything can wait, nothing has failed."""


def _send(delivery: Delivery, connection: object) -> bool:
    """Send one e-mail if it is still ours; returns whether it left. Raises ServerTrouble."""
    if not _mine(delivery).update(claimed_at=timezone.now()):
        return False  # withdrawn, or another worker took it over
    try:
        words = render(delivery.message, delivery.language)
        EmailMessage(
            subject=words.subject,
            body=words.body,
            to=[delivery.address],
            connection=connection,  # type: ignore[arg-type]
            headers={"Message-ID": _message_id(delivery), "X-Delivery": str(delivery.pk)},
        ).send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        _failed(delivery, error, final=_is_permanent(error))
        return False
    except (OSError, smtplib.SMTPException) as error:
        raise ServerTrouble(str(error)) from error
    except Exception as error:  # an address or a text that cannot be written as an e-mail: only this one is lost
        _failed(delivery, error, final=True)
        return False
    # It left, whatever became of the row meanwhile: the ledger says what happened.
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), attempts=delivery.attempts + 1, error=""
    )
    return True


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row while this worker's claim holds."""
    return _sending(delivery).filter(claimed_at=delivery.claimed_at)


def _sending(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING)


def _failed(delivery: Delivery, error: Exception, *, final: bool) -> None:
    """Keep the error; try again with a growing pause unless the server's answer is final."""
    attempts = delivery.attempts + 1
    final = final or attempts >= MAX_ATTEMPTS
    _sending(delivery).update(
        state=Delivery.State.FAILED if final else Delivery.State.QUEUED,
        attempts=attempts,
        error=str(error)[:500],
        due_at=timezone.now() + dt.timedelta(minutes=2**attempts),
    )
    logger.warning("Delivery %s %s: %s", delivery.pk, "failed" if final else "waits", type(error).__name__)


def _give_back(batch: list[Delivery], error: Exception) -> None:
    """Queue a batch again as it was: the server's trouble is no attempt of theirs."""
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch], state=Delivery.State.SENDING).update(
        state=Delivery.State.QUEUED, claimed_at=None, error=str(error)[:500], due_at=timezone.now() + SERVER_PAUSE
    )
    logger.warning("The mail server does not take mail (%s); %s e-mails wait", type(error).__name__, len(batch))


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT


def requeue_stuck() -> int:
    """Give back what a dead worker had claimed; returns how many. What was in flight at every death fails at last."""
    stuck = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=timezone.now() - IN_FLIGHT_LIMIT)
    stuck.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Delivery.State.FAILED, error="The worker died each time it was sent."
    )
    return stuck.update(state=Delivery.State.QUEUED, claimed_at=None, attempts=F("attempts") + 1)


def _message_id(delivery: Delivery) -> str:
    """The same in every attempt, so that mail systems can drop a copy that a crash caused."""
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return f"<{delivery.pk}.{delivery.message_id}@{domain}>"
