"""Having licences read by machine: asking, reading with bounds, keeping what was found, and using it."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from merchants.models import Application, Document, Reading
from merchants.ocr import bounded
from merchants.reading_queue import read_document
from shopops.jobs.starting import after_commit, start
from shopops.transitions.handler import announce

logger = logging.getLogger(__name__)

LICENCE = "business_licence"
#: How often a reader may end without an answer before it is left.
ATTEMPTS = 3
#: Nobody picks up what waits this long: the message was lost, or the broker was away.
_LOST_AFTER = dt.timedelta(minutes=2)
#: A value below this was guessed rather than read, and is not offered for the form.
_TRUSTED = 0.6


@transaction.atomic
def request(document: Document) -> Reading | None:
    """Have a document read soon after the commit, if it is a business licence; None for any other.

    The same file that was read before, in another application, is not read again. Asking twice changes nothing.
    """
    if document.type != LICENCE:
        return None
    reading, is_new = Reading.objects.get_or_create(document=document)
    if not is_new:
        return reading
    again = Document.objects.filter(type=LICENCE, sha256=document.sha256).exclude(pk=document.pk)
    former = Reading.objects.filter(document__in=again, state=Reading.State.DONE)
    if (same := former.order_by("-read_at").first()) is not None:
        return _done(reading, same.fields, same.rotation, same.aspect or 1, same.engine)
    if not settings.OCR:
        return _ended(reading, Reading.Problem.OFF)
    after_commit(read_document, document.pk)
    return reading


def read(pk: int) -> Reading | None:
    """Read one document that waits for it; None when it waits no more or somebody else reads it.

    Killed in the midst, it is found by `sweep` and read again; what ends without an answer several times is given up.
    """
    reading = _claim(pk)
    if reading is None or reading.state != Reading.State.READING:
        return reading
    began = time.monotonic()
    try:
        with reading.document.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        return _settle(pk, lambda mine: _ended(mine, Reading.Problem.MISSING))
    try:
        answer = bounded.read(content, megabytes=settings.OCR_MEMORY_MB, seconds=settings.OCR_SECONDS)
    except bounded.Crashed as error:
        logger.warning("Document %s was not read, attempt %s: %s", pk, reading.attempts, error)
        Reading.objects.filter(pk=pk, state=Reading.State.READING).update(state=Reading.State.WAITING)
        return reading
    if problem := answer.get("problem"):
        return _settle(pk, lambda mine: _ended(mine, Reading.Problem(problem)))

    def done(mine: Reading) -> Reading:
        mine.seconds, mine.peak_mb = time.monotonic() - began, answer["peak_mb"]
        return _done(mine, answer["fields"], answer["rotation"], answer["aspect"], answer["engine"])

    return _settle(pk, done)


@transaction.atomic
def _settle(pk: int, end: Callable[[Reading], Reading]) -> Reading | None:
    """Keep what came of a reading, unless the document was taken away or somebody else was faster."""
    mine = Reading.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    return end(mine) if mine is not None and mine.state == Reading.State.READING else mine


@transaction.atomic
def _claim(pk: int) -> Reading | None:
    reading = Reading.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if reading is None or reading.state not in (Reading.State.WAITING, Reading.State.READING):
        return None
    now = timezone.now()
    if reading.state == Reading.State.READING and reading.started_at and reading.started_at > now - _given_up_after():
        return None
    if reading.attempts >= ATTEMPTS:
        return _ended(reading, Reading.Problem.CRASHED)
    reading.state, reading.started_at = Reading.State.READING, now
    reading.attempts += 1
    reading.save(update_fields=["state", "started_at", "attempts"])
    return reading


def _given_up_after() -> dt.timedelta:
    """A reading that takes longer than this has lost its worker."""
    return dt.timedelta(seconds=4 * settings.OCR_SECONDS + 30)


def _ended(reading: Reading, problem: Reading.Problem) -> Reading:
    unread = (Reading.Problem.OFF, Reading.Problem.PDF)
    reading.state = Reading.State.UNAVAILABLE if problem in unread else Reading.State.FAILED
    reading.problem = problem
    reading.save(update_fields=["state", "problem"])
    return reading


def _done(reading: Reading, fields: dict[str, dict[str, Any]], rotation: int, aspect: float, engine: str) -> Reading:
    reading.state, reading.problem = Reading.State.DONE, ""
    reading.fields, reading.rotation, reading.aspect, reading.engine = fields, rotation, aspect, engine
    reading.read_at = timezone.now()
    reading.save()
    announce(reading, Reading.EFFECTS["read"], actor=None)
    return reading


@transaction.atomic
def keep(
    *, document: Document, fields: dict[str, dict[str, Any]], rotation: int, aspect: float, engine: str
) -> Reading:
    """Keep a reading that was made elsewhere, such as the recorded ones of the demo marketplace."""
    reading, _is_new = Reading.objects.get_or_create(document=document)
    return _done(reading, fields, rotation, aspect, engine)


def sweep(now: dt.datetime) -> int:
    """Start again what was lost: messages that never arrived, readers whose worker died. Returns how many.

    What was left because reading was switched off is read once it is on, for applications that are still open.
    """
    if not settings.OCR:
        return 0
    off = Reading.objects.filter(
        state=Reading.State.UNAVAILABLE,
        problem=Reading.Problem.OFF,
        attempts=0,
        document__replaced_at__isnull=True,
        document__application__state__in=(Application.State.DRAFT, *Application.OPEN),
    )
    Reading.objects.filter(pk__in=off.values("pk")[:200]).update(state=Reading.State.WAITING, problem="", asked_at=now)
    waiting = Reading.objects.filter(state=Reading.State.WAITING, asked_at__lte=now - _LOST_AFTER)
    lost = Reading.objects.filter(state=Reading.State.READING, started_at__lte=now - _given_up_after())
    started = 0
    for pk in (waiting | lost).order_by("asked_at").values_list("pk", flat=True)[:500]:
        if not start(read_document, pk):
            break
        started += 1
    # Asked again only after another while, so that a long queue is not written twice each minute.
    Reading.objects.filter(state=Reading.State.WAITING, asked_at__lte=now - _LOST_AFTER).update(asked_at=now)
    return started


def current(application: Application) -> Reading | None:
    """What was read from the licence that counts now; None without a reading."""
    done = Reading.objects.filter(
        document__application=application,
        document__type=LICENCE,
        document__replaced_at__isnull=True,
        state=Reading.State.DONE,
    )
    return done.order_by("-read_at").first()


def values(application: Application) -> dict[str, str]:
    """What the current business licence says, normalised, by field name of the application; dates as ISO.

    Besides `issued_on` and `expires_on` of the document. Only what was read with some certainty; {} without a reading.
    """
    reading = current(application)
    if reading is None:
        return {}
    found = {name: part["value"] for name, part in reading.fields.items() if part["score"] >= _TRUSTED}
    return {name: value for name, value in found.items() if value and value != "open"}
