"""`notice-inapp` and `notice-email`: telling a million people, and carrying e-mails out."""

import multiprocessing
import smtplib
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from shopops.accounts.models import User
from shopops.bench.registry import row
from shopops.bench.sink import sink
from shopops.notifications import audience, delivery
from shopops.notifications.emails import Envelopes
from shopops.notifications.kinds import MessageKind, message_kinds
from shopops.notifications.models import Delivery, Message
from shopops.notifications.services import notify_many
from shopops.notifications.texts import text_of

PROCESSES = 2
_FORK = multiprocessing.get_context("fork")
_CONTEXT = {
    "count": 3,
    "items": [{"subject": f"Notice {n}", "url": "https://example.com/"} for n in range(3)],
    "more": 0,
}
IN_APP = MessageKind("notifications.digest", "Notice in the message centre", channels=("in_app",), category="bench")


@row("notice-inapp", goal=0.8, sizes={"recipients": 1_000_000})
def notice_in_app(sizes: Mapping[str, int]) -> float:
    """A notice to many people by `notify_many`, against one bare INSERT … SELECT of the same rows."""
    people(sizes["recipients"])
    everybody = User.objects.order_by("pk").values_list("pk", "pk")
    best: dict[str, float] = {}
    with _kind(IN_APP):
        for attempt in range(5):  # alternating, and the best of each: what else runs here disturbs both
            for name, work in (("bare", _bare_insert), ("ours", partial(_tell, everybody))):
                seconds = _timed(partial(work, f"{name}:{attempt}"))
                best[name] = min(seconds, best.get(name, seconds))
                _empty()
    return best["bare"] / best["ours"]


@row("notice-email", goal=1.8, sizes={"emails": 20_000})
def notice_email(sizes: Mapping[str, int]) -> float:
    """E-mails claimed, sent and marked by 2 workers, against bare smtplib loops in 2 processes, connections kept."""
    people(sizes["emails"])
    message, told = _queue_mail()
    with sink() as server, override_settings(**_smtp(server.port)):
        addresses = list(Delivery.objects.filter(channel="email").order_by("pk").values_list("address", flat=True))
        mail = _example(message)
        parts = [addresses[number::PROCESSES] for number in range(PROCESSES)]
        bare = _in_processes([partial(_bare_loop, server.port, part, mail) for part in parts])
        ours = _in_processes([delivery.deliver_queued] * PROCESSES)
        left = Delivery.objects.filter(channel="email", state="sent").count()
        if server.taken != 2 * told or left != told:
            raise RuntimeError(
                f"{server.taken} mails arrived and {left} are marked of 2 × {told}: nothing was measured."
            )
    return bare / ours


def people(count: int) -> None:
    """Write that many users with distinct addresses, and nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_user, notifications_message CASCADE")
        first = User.objects.create_user("owner0@example.com", name="Owner", language="en")
        columns = [str(field.column) for field in User._meta.concrete_fields if field.column not in ("id", "email")]
        others = ", ".join(connection.ops.quote_name(column) for column in columns)
        cursor.execute(
            f"""
            INSERT INTO accounts_user (email, {others})
            SELECT 'owner' || n || '@example.com', {others}
              FROM accounts_user CROSS JOIN generate_series(1, %s) AS n WHERE id = %s
            """,  # noqa: S608 names of the model
            [count - 1, first.pk],
        )
        cursor.execute("VACUUM ANALYZE accounts_user")


def _context() -> dict[str, Any]:
    now = timezone.now().isoformat()
    return {**_CONTEXT, "start": now, "end": now}


def _tell(everybody: Any, key: str) -> None:
    notify_many(kind=IN_APP.code, key=key, recipients=everybody, context=_context())


def _bare_insert(key: str) -> None:
    """The rows that `notify_many` writes, without the rules of who is told."""
    message = Message.objects.create(kind=IN_APP.code, key=key)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_delivery (message_id, recipient_id, merchant_id, channel, address, language,
                                                state, reason, attempts, created_at, due_at, sent_at, error)
            SELECT %s, id, id, 'in_app', '', 'en', 'sent', '', 0, %s, %s, %s, '' FROM accounts_user
            """,
            [message.pk, *[timezone.now()] * 3],
        )


def _queue_mail() -> tuple[Message, int]:
    """An e-mail to everybody, queued as `notify_many` does, but no worker of the marketplace is woken."""
    kind = message_kinds.get("notifications.catch_up")
    message = Message.objects.create(kind=kind.code, key="mail", context=_context(), url="/portal/messages/")
    everybody = User.objects.order_by("pk").values_list("pk", "pk")
    told, _others = audience.enter(kind, message, *audience.named(*everybody.query.sql_with_params()))
    return message, told


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_delivery, notifications_message CASCADE")
        cursor.execute("CHECKPOINT")


def _example(message: Message) -> tuple[str, str, str]:
    """Subject, text and HTML of the e-mail that our worker sends."""
    row = Delivery.objects.filter(channel="email").select_related("message").first()
    assert row is not None
    mail = Envelopes().mail(row, text_of(message, row.language))
    return str(mail.subject), str(mail.body), str(mail.alternatives[0][0])


def _bare_loop(port: int, addresses: list[str], mail: tuple[str, str, str]) -> None:
    """What a script does: write the e-mail, send it, the next one; one connection."""
    subject, text, html = mail
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number, address in enumerate(addresses):
            message = EmailMessage()
            message["Subject"], message["From"], message["To"] = subject, settings.DEFAULT_FROM_EMAIL, address
            message["Message-ID"] = f"<{number}@example.com>"
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            server.send_message(message)


def _smtp(port: int) -> dict[str, Any]:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_USE_TLS": False,
            "EMAIL_HOST_USER": "", "EMAIL_HOST_PASSWORD": ""}  # fmt: skip


def _in_processes(works: list[Callable[[], Any]]) -> float:
    """Seconds from a common start until all are done; each has connections of its own."""
    connection.close()
    start = _FORK.Barrier(len(works) + 1)
    processes = [_FORK.Process(target=_work, args=(work, start)) for work in works]
    for process in processes:
        process.start()
    start.wait()
    begin = time.perf_counter()
    for process in processes:
        process.join()
    seconds = time.perf_counter() - begin
    if any(process.exitcode for process in processes):
        raise RuntimeError("A process of the benchmark failed; its error is above.")
    return seconds


def _work(work: Callable[[], Any], start: Any) -> None:
    connection.ensure_connection()
    start.wait()
    work()
    connection.close()


def _timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class _kind:
    """A kind for the time of a measurement."""

    def __init__(self, kind: MessageKind) -> None:
        self._kind = kind
        self._before: dict[str, MessageKind] = {}

    def __enter__(self) -> None:
        self._before = dict(message_kinds._items)
        message_kinds._items[self._kind.code] = self._kind

    def __exit__(self, *_error: object) -> None:
        message_kinds._items = self._before
