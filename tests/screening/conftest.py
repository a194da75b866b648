"""A reviewers' desk with the auto-approval policy in force, and short ways to make what it judges."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from merchants.models import Application, CheckResult, Decision
from merchants.policy import ONBOARDING
from merchants.screening.kind import AUTO_APPROVAL
from merchants.screening.models import Verdict
from merchants.screening.policy import AutoApprovalPolicy
from shopops.accounts.models import User
from shopops.policies.bodies import content_hash, validated
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active_version
from shopops.policies.services import load_pack

#: A policy that judges by checks alone.
PLAIN: dict[str, Any] = {
    "mode": "record",
    "shop_types": ["multi_brand"],
    "categories": ["sports", "home"],
    "must_pass": ["credit_code", "names"],
    "may_be_unsure": ["scope"],
    "registers": [],
    "min_agreement": 0.0,
    "to_people": 0.05,
    "daily_cap": 5,
    "min_precision": 0.8,
    "min_sample": 20,
}
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def policies(db: None) -> None:
    load_pack(ONBOARDING)


@pytest.fixture
def applicant(policies: None, make_user: Any) -> User:
    return make_user("chen")


@pytest.fixture
def reviewer(policies: None, make_user: Any) -> User:
    return make_user("lin", roles=["reviewer"])


@pytest.fixture
def supervisor(policies: None, make_user: Any) -> User:
    return make_user("zhou", roles=["reviewer", "supervisor"])


@pytest.fixture
def outsider(policies: None, make_user: Any) -> User:
    return make_user("vera", roles=["external_reviewer"], is_staff=False)


def publish(**changes: Any) -> PolicyVersion:
    """Put a version of the auto-approval policy in force, in place of the one before."""
    body = validated(AUTO_APPROVAL, {**PLAIN, **changes})
    current = active_version("auto_approval")
    now = timezone.now()
    if current is not None:
        PolicyVersion.objects.filter(pk=current.pk).update(state="retired", retired_at=now)
    number = PolicyVersion.objects.filter(kind="auto_approval").count() + 1
    version = PolicyVersion.objects.create(
        kind="auto_approval", number=number, body=body, content_hash=content_hash(body)
    )
    PolicyVersion.objects.filter(pk=version.pk).update(state="active", effective_from=now, activated_at=now)
    return PolicyVersion.objects.get(pk=version.pk)


def typed(version: PolicyVersion) -> AutoApprovalPolicy:
    from merchants.screening.policy import of

    return of(version)


def decided(
    version: PolicyVersion, by: User, kind: str, *, would: bool = True, at: dt.datetime | None = None, **fields: Any
) -> Application:
    """An application on which the rule had a verdict and a person decided, without playing it all through."""
    number = next(_numbers)
    at = at or timezone.now() - dt.timedelta(days=1)
    applicant = User.objects.create_user(f"a{number}@example.com", name=f"Applicant {number}")
    onboarding = active_version("onboarding")
    assert onboarding is not None
    application = Application.objects.create(
        number=f"A-T-{number:04d}", applicant=applicant, shop_name=f"Shop {number}", shop_type="multi_brand",
        category=fields.pop("category", "sports"), state="needs_info", submissions=1, submitted_at=at,
        policy_version=onboarding, **fields,
    )  # fmt: skip
    Decision.objects.create(
        application=application, submission=1, kind=kind, by=by, at=at, policy_version=onboarding,
        reasons=[] if kind == "approve" else ["legal_name"],
    )  # fmt: skip
    Verdict.objects.create(
        application=application, submission=1, version=version, criteria=typed(version).criteria, in_force=True,
        would_approve=would, for_people=False, judged_at=at - dt.timedelta(minutes=5),
        reasons=[] if would else [{"code": "not_read", "params": {}}],
    )  # fmt: skip
    return application


def passing(application: Application, **outcomes: str) -> None:
    """Let every check of the present submission have passed, but for those named."""
    for code in ("credit_code", "names", "duplicates", "related", *outcomes):
        CheckResult.objects.update_or_create(
            application=application, submission=application.submissions, code=code,
            defaults={"outcome": outcomes.get(code, "pass"), "evidence": "names.equal", "params": {}},
        )  # fmt: skip
    kept = ("credit_code", "names", "duplicates", "related", *outcomes)
    CheckResult.objects.filter(application=application, submission=application.submissions).exclude(
        code__in=kept
    ).delete()
