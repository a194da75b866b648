"""What shops have besides orders, complaints and warnings: changes, re-verifications, exits, contacts, opinions."""

import datetime as dt

from merchants.changes.models import Campaign, ChangeDecision, ChangedValue, ChangeRequest, Verification
from merchants.exits.models import Exit
from merchants.file.models import Visit
from merchants.models import Application, CheckResult, Merchant
from merchants.screening.models import OpinionRequest
from shopops.accounts.models import User
from shopops.policies.models import PolicyVersion

FIELDS = ("address", "brand", "scope", "legal_form", "legal_name", "bank_name", "bank_account", "shop_name")


def add_papers(merchant: Merchant, application: Application, number: int, now: dt.datetime) -> None:
    """The `number`-th of each."""
    user = application.applicant
    someone = User.objects.filter(is_superuser=True).first() or user
    _change(merchant, user, someone, number, now)
    month = dt.date(2020 + number // 12, 1 + number % 12, 1)
    campaign, _made = Campaign.objects.get_or_create(month=month, policy_version=_policy("merchant_changes"))
    Verification.objects.create(
        merchant=merchant, campaign=campaign, opened_at=now, due_on=now.date(), state="cancelled" if number else "open"
    )
    Exit.objects.create(
        merchant=merchant, kind="voluntary", state="cancelled", policy_version=_policy("exit"), requested_by=user,
        requested_at=now, told_at=now, ended_at=now, reasons=["business_ends"],
    )  # fmt: skip
    Visit.objects.create(merchant=merchant, kind="call", at=now, by=someone, purpose="Late parcels")
    CheckResult.objects.create(
        application=application, submission=application.submissions, code="credit_code", outcome="pass",
        evidence="names.equal", params={},
    )  # fmt: skip
    OpinionRequest.objects.create(application=application, submission=1, reviewer=someone, asked_by=user, asked_at=now)
    _agreement(now)


def _policy(kind: str) -> PolicyVersion:
    return PolicyVersion.objects.get(kind=kind, state="active")


def _change(merchant: Merchant, user: User, someone: User, number: int, now: dt.datetime) -> None:
    """In turn one that waits, one that renews a document, and one that was sent back."""
    request = ChangeRequest.objects.create(
        number=f"K-{merchant.pk}-{number}", merchant=merchant, kind="document" if number % 3 == 1 else "facts",
        state="needs_info" if number % 3 == 2 else "submitted", requested_by=user, submitted_at=now, submissions=1,
        promised_days=3, policy_version=_policy("merchant_changes"),
    )  # fmt: skip
    field = f"document:kind{number}" if number % 3 == 1 else FIELDS[number]
    ChangedValue.objects.create(request=request, merchant=merchant, field=field, after="Another", is_open=True)
    if number % 3 == 2:
        ChangeDecision.objects.create(
            request=request, submission=1, kind="needs_info", by=someone, at=now, reasons=["value_wrong"],
            policy_version=_policy("merchant_changes"),
        )  # fmt: skip


def _agreement(now: dt.datetime) -> None:
    """An old version of one that is in force."""
    current = PolicyVersion.objects.get(kind="agreement", key="service", state="active")
    PolicyVersion.objects.create(
        kind="agreement", key="service", body=current.body, content_hash=current.content_hash, state="retired",
        number=1 + PolicyVersion.objects.filter(kind="agreement", key="service").count(), effective_from=now,
        retired_at=now,
    )  # fmt: skip
