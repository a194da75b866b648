"""Reading changes, documents that end, re-verifications."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from merchants import policy as onboarding
from merchants.changes import policy
from merchants.changes.fields import DOCUMENT_PREFIX, SECTIONS, label
from merchants.changes.models import ChangeDecision, ChangeRequest, ContactChange, ExpiryNotice, Proof, Verification
from merchants.models import Document, Member, Merchant
from merchants.portal import owners_and_staff, shops_where
from shopops.accounts.models import User
from shopops.clocks.models import Feature
from shopops.clocks.pure import Calendar, Interval, working_days
from shopops.clocks.selectors import calendar as published_calendar
from shopops.clocks.services import pauses_of
from shopops.fields import digest
from shopops.ui import formats

DECIDE = "changes.decide_changerequest"
#: Where `with_documents` leaves a shop's documents.
_KNOWN_DOCUMENTS = "documents_that_count"


def marketplace_day(moment: dt.datetime) -> dt.date:
    """The day in the marketplace's zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def promised_at(
    request: ChangeRequest, pauses: Sequence[Interval] | None = None, calendar: Calendar | None = None
) -> dt.datetime | None:
    """Until when the shop was promised an answer to the latest submission; None for drafts. `pauses` and the policy's
    `calendar` are for callers who ask about many requests."""
    if request.submitted_at is None or request.policy_version is None:
        return None
    calendar = calendar or published_calendar(policy.of(request.policy_version).calendar)
    pauses = pauses_of(Feature.ONBOARDING, request.submitted_at) if pauses is None else pauses
    return working_days(request.submitted_at, request.promised_days, calendar=calendar, pauses=pauses)


def promised_dates(requests: Iterable[ChangeRequest]) -> dict[int, dt.datetime]:
    """`promised_at` of those that were handed in, by id, with one query for the pauses."""
    sent = [(each, each.submitted_at) for each in requests if each.submitted_at and each.policy_version]
    if not sent:
        return {}
    pauses = pauses_of(Feature.ONBOARDING, min(at for _each, at in sent))
    used = {each.pk: policy.of(each.policy_version).calendar for each, _at in sent if each.policy_version}
    calendars = {code: published_calendar(code) for code in set(used.values())}
    dates = ((each.pk, promised_at(each, pauses, calendars[used[each.pk]])) for each, _at in sent)
    return {pk: moment for pk, moment in dates if moment}


def current_value(merchant: Merchant, field: str) -> str:
    """What a field of a shop says now; for a document the ids of those that count."""
    if field.startswith(DOCUMENT_PREFIX):
        type = field.removeprefix(DOCUMENT_PREFIX)
        known = getattr(merchant, _KNOWN_DOCUMENTS, None)
        if known is not None:
            return ",".join(str(each.pk) for each in known if each.type == type)
        return ",".join(str(pk) for pk in merchant_documents(merchant, type).values_list("pk", flat=True))
    return str(getattr(merchant, field) or "")


def merchant_documents(merchant: Merchant, type: str = "") -> QuerySet[Document]:
    """The documents of a shop that count now."""
    found = Document.objects.current().filter(merchant=merchant).order_by("id")
    return found.filter(type=type) if type else found


def with_documents() -> "Prefetch[Any]":
    """For lists of what belongs to shops: the documents of all of them in one query."""
    current = Document.objects.current().order_by("id")
    return Prefetch("merchant__documents", queryset=current, to_attr=_KNOWN_DOCUMENTS)


def fingerprint(request: ChangeRequest, merchant: Merchant | None = None) -> str:
    """What a reviewer compares, in short: the shop's present values, the new ones, the proofs.

    A decision brings back the one of the page it was taken on; another one now means that something changed meanwhile.
    """
    merchant = merchant or Merchant.objects.get(pk=request.merchant_id)
    values = [(v.field, current_value(merchant, v.field), v.after or "") for v in request.values.all()]
    counting = (each for each in request.proofs.all() if each.replaced_at is None)
    proofs = [(each.type, each.sha256, each.expires_on, each.number) for each in counting]
    seen = json.dumps([request.submissions, values, [list(map(str, each)) for each in proofs]], ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()


def latest_decision(request: ChangeRequest) -> ChangeDecision | None:
    """The latest decision that the shop was told; proposals are the reviewers' own matter."""
    told = request.decisions.exclude(kind=ChangeDecision.Kind.PROPOSE).select_related("policy_version", "by")
    return told.order_by("-id").first()


def reasons_text(decision: ChangeDecision | None) -> dict[str, str]:
    """A decision's reasons with what to do, one a line, in both languages."""
    if decision is None:
        return {"en": "", "zh": ""}
    body = policy.of(decision.policy_version)
    found = [reason for code in decision.reasons if (reason := body.reason(code))]
    return {
        "en": "\n".join(f"- {reason.text.en}. {reason.advice.en}" for reason in found),
        "zh": "\n".join(f"- {reason.text.zh}。{reason.advice.zh}" for reason in found),
    }


def document_name(type: str) -> dict[str, str]:
    """A type of document or proof in both languages, as the policies call it today."""
    kinds = onboarding.active()[1].documents
    further = policy.active()[1].proofs
    name = kinds[type].name if type in kinds else further[type].name if type in further else None
    return {"en": name.en, "zh": name.zh} if name else {"en": type, "zh": type}


def item_name(field: str) -> str:
    """A field or document of a request in the reader's language."""
    if field.startswith(DOCUMENT_PREFIX):
        return type_name(field.removeprefix(DOCUMENT_PREFIX))
    return capfirst(label(field))


def type_name(type: str) -> str:
    """A type of document or proof in the reader's language."""
    kinds, further = onboarding.active()[1].documents, policy.active()[1].proofs
    return str(kinds[type].name if type in kinds else further[type].name if type in further else type)


def message_of_change(request: ChangeRequest) -> dict[str, Any]:
    """What messages about a request are made of: names of fields, never values."""
    fields = list(request.values.values_list("field", flat=True))
    decision = latest_decision(request)
    return {
        "number": request.number,
        "shop": request.merchant.shop_name,
        "fields": [field for field in fields if not policy.is_document(field)],
        "documents": [document_name(f.removeprefix(DOCUMENT_PREFIX)) for f in fields if policy.is_document(f)],
        "again": request.submissions > 1,
        "promised": promised_at(request),
        "reasons": reasons_text(decision),
        "note": decision.note if decision else "",
    }


def day_in_words(day: dt.date) -> dict[str, str]:
    """A date in both languages, for messages."""
    return {
        "en": formats.day(day, year="always", language="en"),
        "zh": formats.day(day, year="always", language="zh-hans"),
    }


def message_of_expiry(notice: ExpiryNotice) -> dict[str, Any]:
    """What the message about a document's end is made of."""
    return {
        "shop": notice.merchant.shop_name,
        "document": document_name(notice.document.type),
        "expires_on": day_in_words(notice.expires_on),
        "days": (notice.expires_on - marketplace_day(notice.as_of)).days,
        "step": notice.step,
        "renewal": open_renewal(notice.merchant_id, notice.document.type) is not None,
    }


def open_renewal(merchant_id: int, type: str) -> ChangeRequest | None:
    """The open request that brings a newer document of this type."""
    return ChangeRequest.objects.filter(
        merchant_id=merchant_id, state__in=ChangeRequest.OPEN, values__field=f"{DOCUMENT_PREFIX}{type}"
    ).first()


def told_of_contacts(change: ContactChange) -> list[User]:
    """Who hears that contacts changed: those who manage the shop, and its people whose phone the former one was."""
    people = {user.pk: user for user in owners_and_staff(change.merchant_id, "shop.manage")}
    if "contact_phone" in change.fields and (former := digest(change.former_phone or "")):
        members = Member.objects.filter(merchant_id=change.merchant_id, user__is_active=True).select_related("user")
        people |= {each.user_id: each.user for each in members if digest(each.user.phone) == former}
    return list(people.values())


def of_shop(merchant_id: int) -> QuerySet[ChangeRequest]:
    """A shop's requests, the newest first."""
    return ChangeRequest.objects.filter(merchant_id=merchant_id).prefetch_related("values")


def readable_proofs(user: User) -> QuerySet[Proof]:
    """The proofs a person may open: those of shops where they may change details; for who decides or audits all that
    were handed in."""
    if user.has_perm(DECIDE) or user.has_perm("merchants.view_document"):
        return Proof.objects.exclude(request__state=ChangeRequest.State.DRAFT)
    return Proof.objects.filter(request__merchant__in=shops_where(user, "shop.manage"))


def open_fields(merchant_id: int) -> dict[str, ChangeRequest]:
    """What has an open request, with the request."""
    found = ChangeRequest.objects.filter(merchant_id=merchant_id, state__in=ChangeRequest.OPEN)
    return {value.field: request for request in found.prefetch_related("values") for value in request.values.all()}


def live_verification(merchant_id: int) -> Verification | None:
    """The re-verification that runs for a shop."""
    return (
        Verification.objects.filter(merchant_id=merchant_id, state__in=Verification.LIVE)
        .select_related("campaign__policy_version", "merchant")
        .first()
    )


def overdue(as_of: dt.datetime) -> QuerySet[Verification]:
    """Re-verifications that nobody answered, grace included, by a moment: what a rule looks at. Merchant joined."""
    return (
        Verification.objects.filter(
            Q(state=Verification.State.OVERDUE), due_on__lt=marketplace_day(as_of), opened_at__lte=as_of
        )
        .select_related("merchant")
        .order_by("due_on", "id")
    )


def sections_of(merchant: Merchant) -> list[str]:
    """The sections that a shop confirms: those in which it has something on file."""
    filled = [code for code, (_t, names) in SECTIONS.items() if any(getattr(merchant, name) for name in names)]
    known = getattr(merchant, _KNOWN_DOCUMENTS, None)
    has_some = merchant_documents(merchant).exists() if known is None else bool(known)
    return [*filled, "documents"] if has_some else filled


def facts_of(merchant: Merchant, section: str) -> str:
    """SHA-256 of what a section says now."""
    values: Iterable[Any] = [getattr(merchant, name) or "" for name in SECTIONS[section][1]]
    if section == "documents":
        values = merchant_documents(merchant).values_list("pk", "sha256", "number", "expires_on")
    return hashlib.sha256(json.dumps(list(map(str, values)), ensure_ascii=False).encode()).hexdigest()
