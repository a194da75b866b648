"""Reading applications, documents and merchants."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from merchants import policy, reading, reasons
from merchants import related as relations
from merchants.checks import Enquiry, Facts, Paper, Relative, Sample
from merchants.models import (
    Application,
    CheckResult,
    Decision,
    Document,
    Merchant,
    SampleVerdict,
)
from merchants.portal import shops_where
from merchants.registers import services as registers
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.clocks.models import Feature
from shopops.clocks.pure import Calendar, Interval, working_days
from shopops.clocks.selectors import calendar
from shopops.clocks.services import pauses_of
from shopops.webhooks.catalogue import event_types

REVIEW = "merchants.review_application"
_WORST_FIRST = {CheckResult.Outcome.FAIL: 0, CheckResult.Outcome.UNSURE: 1, CheckResult.Outcome.PASS: 2}


def applications_of(user: User) -> QuerySet[Application]:
    """A person's own applications, the newest first."""
    return Application.objects.filter(applicant=user)


def promised_at(
    application: Application, pauses: Sequence[Interval] | None = None, calendar: Calendar | None = None
) -> dt.datetime | None:
    """Until when the applicant was promised an answer to the latest submission; None for drafts.

    Working days of the policy that was in force at the submission, without days on which reviewing was down. `pauses`:
    those days, and the policy's `calendar`, for callers who ask about many applications.
    """
    if application.submitted_at is None:
        return None
    body = policy.of(application.policy_version)
    return working_days(
        application.submitted_at,
        body.promise.working_days,
        calendar=calendar or body.calendar(),
        pauses=pauses_of(Feature.ONBOARDING, application.submitted_at) if pauses is None else pauses,
    )


def promised_dates(applications: Iterable[Application]) -> dict[int, dt.datetime]:
    """`promised_at` of those that were submitted, by id, with one query for the pauses."""
    submitted = [(each, each.submitted_at) for each in applications if each.submitted_at is not None]
    if not submitted:
        return {}
    pauses = pauses_of(Feature.ONBOARDING, min(at for _each, at in submitted))
    used = {each.pk: policy.of(each.policy_version).promise.calendar for each, _at in submitted}
    calendars = {code: calendar(code) for code in set(used.values())}
    dates = ((each.pk, promised_at(each, pauses, calendars[used[each.pk]])) for each, _at in submitted)
    return {pk: moment for pk, moment in dates if moment}


def latest_decision(application: Application) -> Decision | None:
    """The latest decision that the applicant was told; proposals are the reviewers' own matter."""
    decisions = application.decisions.exclude(kind__in=Decision.INTERNAL).select_related("policy_version", "by")
    return decisions.order_by("-id").first()


def latest_reasons_text(application: Application) -> dict[str, str]:
    """The latest decision's reasons with what to do, one a line, in both languages; below it the note to the reason."""
    decision = latest_decision(application)
    if decision is None:
        return {"en": "", "zh": ""}
    body = policy.of(decision.policy_version)
    lines: dict[str, list[str]] = {"en": [], "zh": []}
    for language, stop in (("en", ". "), ("zh", "。")):
        for value in decision.reasons:
            said = f"- {reasons.text(body, value, language)}{stop}{reasons.advice(body, value, language)}".strip()
            note = decision.notes.get(value, "")
            lines[language].append(f"{said}\n  {note}" if note else said)
    return {language: "\n".join(each) for language, each in lines.items()}


def latest_note(application: Application) -> str:
    """What the reviewer wrote to the applicant in the latest decision."""
    decision = latest_decision(application)
    return decision.note if decision else ""


def check_results(application: Application) -> list[CheckResult]:
    """What the checks said about the latest submission, the worst first."""
    results = application.check_results.filter(submission=application.submissions)
    return sorted(results, key=lambda result: (_WORST_FIRST[CheckResult.Outcome(result.outcome)], result.pk))


def related(application: Application) -> list[tuple[Merchant | Application, tuple[str, ...]]]:
    """Shops and other open applications that share credit code, legal person, phone, bank account or device."""
    return [(each.other, each.shared) for each in relations.direct(application)]


def facts(application: Application, now: dt.datetime | None = None) -> Facts:
    """Everything the automatic checks look at."""
    body, now = policy.of(application.policy_version), now or timezone.now()
    documents = list(application.documents.current())
    return Facts(
        policy=body,
        today=timezone.localtime(now, timezone.get_default_timezone()).date(),
        shop_type=application.shop_type,
        category=application.category,
        legal_name=application.legal_name,
        shop_name=application.shop_name,
        brand=application.brand,
        uscc=application.uscc,
        scope=application.scope,
        legal_person=application.legal_person or "",
        id_number=application.id_number or "",
        address=application.address,
        legal_form=application.legal_form,
        registered_capital=application.registered_capital,
        established_on=application.established_on,
        papers=tuple(map(_paper, documents)),
        reading=_reading(application),
        registers=enquiries(application.uscc, now) if registers.connected() else {},
        sample=_sample(application),
        relatives=tuple(map(_relative, relations.direct(application, similar=body.names.similar))),
    )


def _paper(document: Document) -> Paper:
    return Paper(
        document.pk,
        document.type,
        document.number,
        document.holder,
        document.issued_on,
        document.expires_on,
        document.grantor,
        document.brand,
    )


def _reading(application: Application) -> dict[str, str]:
    """What a machine read from the current licence, by field name of the form."""
    read = reading.current(application)
    if read is None:
        return {}
    return {name: text for name, found in read.fields.items() if (text := found.get("value") or found.get("text"))}


def enquiries(uscc: str, now: dt.datetime) -> dict[registers.Kind, Enquiry]:
    """How far the questions to the public registers about a company have come, by register."""
    waiting = {each.kind: each for each in registers.questions(uscc)}
    found: dict[registers.Kind, Enquiry] = {}
    for kind in registers.KINDS:
        answer, question = registers.answer(uscc, kind) if uscc else None, waiting.get(kind)
        if answer and answer.counts(now):
            found[kind] = Enquiry(answer.facts, answer.facts is not None, answer.source, answer.asked_at)
        elif question:
            found[kind] = Enquiry(asked_at=question.asked_at, again_at=question.due_at)
        else:
            found[kind] = Enquiry()
    return found


def sample_verdict(application: Application) -> SampleVerdict | None:
    """The latest judgement of sample goods; one of an earlier submission counts on."""
    return application.sample_verdicts.select_related("report", "judged_by").order_by("-submission").first()


def _sample(application: Application) -> Sample | None:
    verdict = sample_verdict(application)
    if verdict is None:
        return None
    judged_on = timezone.localtime(verdict.judged_at, timezone.get_default_timezone()).date()
    items = verdict.items.replace("\r", "").replace("\n", "; ")
    return Sample(verdict.outcome == SampleVerdict.Outcome.PASSED, judged_on, items)


def _relative(relation: relations.Relation) -> Relative:
    other = relation.other
    is_shop = isinstance(other, Merchant)
    return Relative(
        other.shop_name if is_shop else str(other),
        relation.shared,
        is_shop=is_shop,
        closed=is_shop and other.state == Merchant.State.CLOSED,
        suspended=is_shop and other.state == Merchant.State.SUSPENDED,
        alike=relation.alike,
    )


def readable_documents(user: User) -> QuerySet[Document]:
    """The documents a person may open: their own, those of shops where they have the right; for reviewers all that were
    handed in. Drafts are the applicant's alone."""
    own = Q(application__applicant=user)
    if user.has_perm(REVIEW) or user.has_perm("merchants.view_document"):
        return Document.objects.filter(own | Q(merchant__isnull=False) | Q(application__submissions__gt=0))
    return Document.objects.filter(own | Q(merchant__in=shops_where(user, "documents.view")))


def merchant_documents(merchant_id: int) -> QuerySet[Document]:
    """A merchant's current documents, those that run out first at the top."""
    return (
        Document.objects.current().filter(merchant_id=merchant_id).order_by(F("expires_on").asc(nulls_last=True), "id")
    )


def documents_expiring(as_of: dt.datetime, within_days: int) -> QuerySet[Document]:
    """Current documents of merchants that run out within so many marketplace days of `as_of`, or ran out before.

    The merchant is joined; the earliest comes first. A document counts as valid through its last day.
    """
    today = timezone.localtime(as_of, timezone.get_default_timezone()).date()
    return (
        Document.objects.current()
        .filter(
            merchant__isnull=False,
            merchant__state__in=(Merchant.State.ACTIVE, Merchant.State.SUSPENDED),
            expires_on__lte=today + dt.timedelta(days=within_days),
        )
        .select_related("merchant")
        .order_by("expires_on", "id")
    )


def decisions_told(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Of audit entries those that a merchant may have a receipt of: changes of state, but for internal steps such as an
    approval that is only proposed."""
    public = [each.code for each in event_types().values() if each.for_merchants]
    return entries.filter(after__has_key="state", action__in=public)
