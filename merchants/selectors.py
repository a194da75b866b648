"""Reading applications, documents and merchants."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from merchants import policy, reasons
from merchants.checks import Facts, Paper, Relative
from merchants.models import Application, CheckResult, Decision, Document, Merchant
from merchants.portal import shops_where
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.clocks.models import Feature
from shopops.clocks.pure import Interval, working_days
from shopops.clocks.services import pauses_of
from shopops.webhooks.catalogue import event_types

REVIEW = "merchants.review_application"
_WORST_FIRST = {CheckResult.Outcome.FAIL: 0, CheckResult.Outcome.UNSURE: 1, CheckResult.Outcome.PASS: 2}


def applications_of(user: User) -> QuerySet[Application]:
    """A person's own applications, the newest first."""
    return Application.objects.filter(applicant=user)


def promised_at(application: Application, pauses: Sequence[Interval] | None = None) -> dt.datetime | None:
    """Until when the applicant was promised an answer to the latest submission; None for drafts.

    Working days of the policy that was in force at the submission, without days on which reviewing was down. `pauses`:
    those days, for callers who ask about many applications.
    """
    if application.submitted_at is None:
        return None
    body = policy.of(application.policy_version)
    return working_days(
        application.submitted_at,
        body.promise.working_days,
        calendar=body.calendar(),
        pauses=pauses_of(Feature.ONBOARDING, application.submitted_at) if pauses is None else pauses,
    )


def promised_dates(applications: Iterable[Application]) -> dict[int, dt.datetime]:
    """`promised_at` of those that were submitted, by id, with one query for the pauses."""
    submitted = [(each, each.submitted_at) for each in applications if each.submitted_at is not None]
    if not submitted:
        return {}
    pauses = pauses_of(Feature.ONBOARDING, min(at for _each, at in submitted))
    return {each.pk: moment for each, _at in submitted if (moment := promised_at(each, pauses))}


def latest_decision(application: Application) -> Decision | None:
    """The latest decision that the applicant was told; proposals are the reviewers' own matter."""
    decisions = application.decisions.exclude(kind=Decision.Kind.PROPOSE).select_related("policy_version", "by")
    return decisions.order_by("-id").first()


def latest_reasons_text(application: Application) -> dict[str, str]:
    """The latest decision's reasons with what to do, one a line, in both languages."""
    decision = latest_decision(application)
    if decision is None:
        return {"en": "", "zh": ""}
    body = policy.of(decision.policy_version)
    lines = {
        "en": [f"- {reasons.text(body, v, 'en')}. {reasons.advice(body, v, 'en')}".strip() for v in decision.reasons],
        "zh": [f"- {reasons.text(body, v, 'zh')}。{reasons.advice(body, v, 'zh')}".strip() for v in decision.reasons],
    }
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
    """Shops and other open applications that share credit code, legal person or phone, with what they share."""
    shared = Q()
    if application.uscc:
        shared |= Q(uscc=application.uscc)
    if application.id_digest:
        shared |= Q(id_digest=application.id_digest)
    if application.phone_digest:
        shared |= Q(phone_digest=application.phone_digest)
    if not shared:
        return []
    shops = Merchant.objects.filter(shared).exclude(pk=application.merchant_id or 0).order_by("id")[:50]
    others = Application.objects.filter(shared, state__in=Application.OPEN).exclude(pk=application.pk)
    found: list[Merchant | Application] = [*shops, *others.order_by("id")[:50]]
    return [(each, _shared(application, each)) for each in found]


def _shared(application: Application, other: Merchant | Application) -> tuple[str, ...]:
    pairs = {
        "uscc": (application.uscc, other.uscc),
        "person": (application.id_digest, other.id_digest),
        "phone": (application.phone_digest, other.phone_digest),
    }
    return tuple(name for name, (ours, theirs) in pairs.items() if ours and ours == theirs)


def facts(application: Application, now: dt.datetime | None = None) -> Facts:
    """Everything the automatic checks look at."""
    return Facts(
        policy=policy.of(application.policy_version),
        today=timezone.localtime(now or timezone.now(), timezone.get_default_timezone()).date(),
        shop_type=application.shop_type,
        category=application.category,
        legal_name=application.legal_name,
        uscc=application.uscc,
        scope=application.scope,
        legal_person=application.legal_person or "",
        id_number=application.id_number or "",
        papers=tuple(
            Paper(each.pk, each.type, each.number, each.holder, each.issued_on, each.expires_on)
            for each in application.documents.current()
        ),
        relatives=tuple(_relative(other, shared) for other, shared in related(application)),
    )


def _relative(other: Merchant | Application, shared: tuple[str, ...]) -> Relative:
    if isinstance(other, Merchant):
        return Relative(
            other.shop_name,
            shared,
            is_shop=True,
            closed=other.state == Merchant.State.CLOSED,
            suspended=other.state == Merchant.State.SUSPENDED,
        )
    return Relative(str(other), shared, is_shop=False)


def readable_documents(user: User) -> QuerySet[Document]:
    """The documents a person may open: their own, those of shops where they have the right; for reviewers all."""
    if user.has_perm(REVIEW) or user.has_perm("merchants.view_document"):
        return Document.objects.all()
    shops = shops_where(user, "documents.view")
    return Document.objects.filter(Q(application__applicant=user) | Q(merchant__in=shops))


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
