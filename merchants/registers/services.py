"""Asking registers and keeping what they say."""

import datetime as dt
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from merchants.registers import providers, signals
from merchants.registers.background import ask_registers
from merchants.registers.facts import KINDS, CreditRecord, Kind, Registration
from merchants.registers.models import Enquiry, RegisterAnswer
from merchants.registers.providers import Away, Provider, Told
from shopops.jobs.starting import after_commit

__all__ = ["KINDS", "Answer", "Kind", "answer", "ask_due", "connected", "owe", "questions"]

logger = logging.getLogger(__name__)

#: A question that a worker took is due again after this, should the worker die: longer than any call takes.
LEASE = dt.timedelta(minutes=2)
#: Waits between attempts; after the last one a person has to ask.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440))


@dataclass(frozen=True)
class Answer:
    """The latest answer of a register. `facts` None: it knows no such company. `counts`: it has not expired."""

    kind: Kind
    facts: Registration | CreditRecord | None
    source: str
    asked_at: dt.datetime
    expires_at: dt.datetime

    def counts(self, now: dt.datetime) -> bool:
        return now < self.expires_at


def answer(uscc: str, kind: Kind) -> Answer | None:
    """The latest answer about a company, also one that has expired; None when there is none."""
    row = RegisterAnswer.objects.filter(uscc=uscc, kind=kind).order_by("-asked_at", "-id").first()
    return Answer(kind, row.facts, row.source, row.asked_at, row.expires_at) if row else None


def questions(uscc: str) -> list[Enquiry]:
    """How the questions about a company stand, one per register at most."""
    return list(Enquiry.objects.filter(uscc=uscc)) if uscc else []


def connected() -> bool:
    """Whether there is a register to ask."""
    return bool(settings.REGISTER_PROVIDER)


@transaction.atomic
def owe(uscc: str, *, again: bool = False) -> int:
    """Have the registers asked about a company where no answer counts; return how many questions are new.

    `again`: ask although an answer counts, or although it was given up. Asking twice makes one question.
    """
    if not uscc or not connected():
        return 0
    now = timezone.now()
    owed = 0
    for kind in KINDS:
        known = answer(uscc, kind)
        if known and known.counts(now) and not again:
            continue
        row, made = Enquiry.objects.select_for_update().get_or_create(uscc=uscc, kind=kind, defaults={"due_at": now})
        given_up = row.due_at is None and row.attempts > 0
        if not made and row.due_at is None and (again or not given_up):
            row.due_at, row.attempts, row.problem = now, 0, ""
            row.save(update_fields=["due_at", "attempts", "problem"])
            made = True
        owed += made
    if owed:
        after_commit(ask_registers)
    return owed


def ask_due(now: dt.datetime | None = None, most: int = 500) -> dict[str, int]:
    """Ask what is due, one question at a time; return how many were answered and how many were not.

    Several workers may do this at once: each question is taken by one. A call happens outside of any transaction.
    """
    counts = {"answered": 0, "away": 0}
    asking = providers.provider()
    while asking is not None and sum(counts.values()) < most:
        question = _take(now or timezone.now())
        if question is None:
            break
        counts["answered" if _ask(asking, question) else "away"] += 1
    return counts


def _take(now: dt.datetime) -> Enquiry | None:
    """The next question that is due, taken: nobody else gets it before its lease runs out."""
    with transaction.atomic():
        due = Enquiry.objects.select_for_update(skip_locked=True).filter(due_at__lte=now).order_by("due_at", "id")
        question = due.first()
        if question is None:
            return None
        question.attempts = min(question.attempts + 1, 1000)
        question.asked_at = timezone.now()
        question.due_at = max(now, question.asked_at) + LEASE
        question.save(update_fields=["attempts", "asked_at", "due_at"])
        return question


def _ask(asking: Provider, question: Enquiry) -> bool:
    kind = next(kind for kind in KINDS if kind == question.kind)
    try:
        told = asking.ask(question.uscc, kind)
    except Away as error:
        _note(question, error)
        return False
    except Exception as error:
        # A provider of somebody's own may raise anything; the next company still gets its answer.
        logger.exception("The register %s broke", kind)
        _note(question, Away(type(error).__name__))
        return False
    _keep(question, told)
    return True


@transaction.atomic
def _keep(question: Enquiry, told: Told) -> None:
    now = timezone.now()
    row = RegisterAnswer(
        uscc=question.uscc,
        kind=question.kind,
        found=told.facts is not None,
        source=told.source,
        asked_at=now,
        expires_at=now + dt.timedelta(days=settings.REGISTER_ANSWER_DAYS),
    )
    row.facts = told.facts
    row.save()
    Enquiry.objects.filter(pk=question.pk).update(due_at=None, attempts=0, asked_at=now, problem="")
    signals.answered.send(sender=RegisterAnswer, uscc=question.uscc)


@transaction.atomic
def _note(question: Enquiry, error: Away) -> None:
    """When to ask again; nothing any more after the last attempt."""
    now = timezone.now()
    due: dt.datetime | None = None
    if question.attempts <= len(WAITS):
        wait = WAITS[question.attempts - 1]
        due = now + max(wait, dt.timedelta(seconds=min(error.again_in or 0, 86_400)))
    Enquiry.objects.filter(pk=question.pk).update(due_at=due, problem=str(error)[:300])
    signals.answered.send(sender=Enquiry, uscc=question.uscc)
