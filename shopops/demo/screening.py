"""Twelve weeks of decided applications with the rule's verdicts beside them, second reads, and opinions from outside.

The past is written as it would stand now; what waits goes through the product's own services.
"""

import datetime as dt
import random
from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from merchants import policy as onboarding
from merchants.models import Application, Decision, Merchant
from merchants.screening import services
from merchants.screening.models import OpinionRequest, Verdict
from merchants.screening.policy import active
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.demo.cast import credit_code
from shopops.jobs.services import run_job
from shopops.work.models import SecondRead, WorkEvent, WorkItem
from shopops.work.queues import queues

OUTSIDER = ("qiu@lab.example", "邱敏 Qiu Min", "zh-hans")
WEEKS, PER_WEEK = 12, 8
HOUR = dt.timedelta(hours=1)
NAMES = ("禾木", "听澜", "拾光", "松间", "半夏", "南枝", "一隅", "浅山", "云起", "四时", "未央", "知白")
GOODS = {"home": "家居", "clothing": "服饰", "toys": "玩具", "sports": "运动", "books": "图书", "cosmetics": "美妆"}
TYPES = ("exclusive", "multi_brand", "sole_trader")
CHECKS = ("credit_code", "organisation_class", "documents", "validity", "names", "scope", "duplicates", "related")


def seed(operators: dict[str, User], person: Callable[..., User], now: dt.datetime) -> None:
    """Write it once; a second call changes nothing."""
    if Verdict.objects.exists():
        return
    outsider = person(*OUTSIDER, roles=[Role.EXTERNAL_REVIEWER.value])
    _history(operators, now)
    run_job("screen_applications", as_of=now, trigger="demo")
    _opinions(outsider, operators["zhou"], now)


@transaction.atomic
def _history(operators: dict[str, User], now: dt.datetime) -> None:
    dice = random.Random("shopops:screening")  # noqa: S311  # the same demo every time is the point
    for number in range(WEEKS * PER_WEEK):
        at = now - dt.timedelta(days=7 * (number / PER_WEEK) + 1, hours=dice.uniform(0, 7))
        _past(number, at, operators["lin" if number % 3 else "zhou"], operators["zhou" if number % 3 else "lin"], dice)
    _applied_again(operators["lin"])


def _past(number: int, at: dt.datetime, by: User, second: User, dice: random.Random) -> None:
    """One application of the past: let in at once, after corrections, or refused; sometimes read a second time."""
    fate = dice.random()
    is_approved, is_corrected = fate < 0.88, 0.6 <= fate < 0.88
    submissions = 2 if is_corrected else 1
    application = _application(number, at, dice, by, second, is_approved=is_approved, submissions=submissions)
    would = application.category != "cosmetics" and fate < 0.72
    if not is_approved:
        _decide(application, Decision.Kind.REJECT, by, at, would=False, reasons=["prohibited"])
        return
    if is_corrected:
        earlier = at - 40 * HOUR
        _decide(application, "needs_info", by, earlier, would=fate < 0.63, reasons=["legal_name"], submission=1)
    if application.category == "cosmetics":
        _propose(application, second, at - HOUR)
    item = _decide(application, Decision.Kind.APPROVE, by, at, would=would)
    if number % 4 == 0:
        _read_again(item, application, by, second, at, dice)


def _application(
    number: int, at: dt.datetime, dice: random.Random, by: User, second: User, *, is_approved: bool, submissions: int
) -> Application:
    """The row as the last decision left it; what is risky was proposed by a second person before."""
    category = dice.choice(list(GOODS))
    is_proposed = is_approved and category == "cosmetics"
    name = f"{NAMES[number % len(NAMES)]}{GOODS[category]}{number:02d}号店"
    applicant = User(email=f"past{number:03d}@applicants.example", name=f"{NAMES[number % len(NAMES)]}店主")
    applicant.set_unusable_password()
    applicant.save()
    kind = dice.choice(TYPES)
    application = Application(
        number=f"A-{at:%y%m%d}-P{number:03d}",
        applicant=applicant,
        shop_name=name,
        shop_type=kind,
        category=category,
        region="浙江",
        legal_name=f"浙江{NAMES[number % len(NAMES)]}{number:02d}商贸有限公司",
        uscc=credit_code("2" if kind == "sole_trader" else "1", "330100", f"MA9P{number:04d}"),
        state=Application.State.APPROVED if is_approved else Application.State.REJECTED,
        created_at=at - 60 * HOUR,
        submitted_at=at - 20 * HOUR,
        decided_by=by,
        decided_at=at,
        submissions=submissions,
        policy_version=onboarding.active()[0],
        needs_second_person=category == "cosmetics",
        proposed_by=second if is_proposed else None,
        proposed_at=at - HOUR if is_proposed else None,
    )
    application.merchant = _shop(application, at) if is_approved else None
    application.save()
    return application


def _shop(application: Application, at: dt.datetime) -> Merchant:
    """What the approval opened: young, it has sold nothing yet."""
    return Merchant.objects.create(
        external_id=f"DEMO-{application.number}",
        shop_name=application.shop_name,
        legal_name=application.legal_name,
        uscc=application.uscc,
        shop_type=application.shop_type,
        category=application.category,
        region=application.region,
        opened_at=at,
    )


def _decide(
    application: Application,
    kind: str,
    by: User,
    at: dt.datetime,
    *,
    would: bool,
    reasons: list[str] | None = None,
    submission: int | None = None,
) -> WorkItem:
    """The rule's verdict, a person's decision (on the last submission), and the way through the queue."""
    submission = submission or application.submissions
    version, body = active()
    Verdict.objects.create(
        application=application,
        submission=submission,
        version=version,
        criteria=body.criteria,
        in_force=True,
        would_approve=would,
        for_people=False,
        reasons=[] if would else [_obstacle(application)],
        evidence={"checks": dict.fromkeys(CHECKS, "pass"), "agreement": 1.0},
        judged_at=at - 19 * HOUR,
    )
    Decision.objects.create(
        application=application,
        submission=submission,
        kind=kind,
        by=by,
        at=at,
        reasons=reasons or [],
        policy_version=onboarding.active()[0],
    )
    item = WorkItem.objects.create(
        queue=QUEUE,
        content_type=ContentType.objects.get_for_model(Application),
        object_id=application.pk,
        label=f"{application.shop_name} · {application.number}",
        entered_at=at - 20 * HOUR,
        due_at=at + 24 * HOUR,
        left_at=at,
    )
    minutes = 3 + (application.pk * 7) % 19
    WorkEvent.objects.bulk_create(
        WorkEvent(item=item, kind=what, actor=who, at=moment)
        for what, who, moment in (
            (WorkEvent.Kind.ENTERED, None, item.entered_at),
            (WorkEvent.Kind.CLAIMED, by, at - dt.timedelta(minutes=minutes)),
            (WorkEvent.Kind.LEFT, by, at),
        )
    )
    return item


def _obstacle(application: Application) -> dict[str, object]:
    if application.category == "cosmetics":
        return {"code": "high_risk", "params": {}}
    found: tuple[dict[str, object], ...] = (
        {"code": "check", "params": {"check": "names", "outcome": "fail"}},
        {"code": "agreement", "params": {"share": 0.75}},
        {"code": "register_missing", "params": {"register": "registration"}},
    )
    return found[application.pk % 3]


def _propose(application: Application, by: User, at: dt.datetime) -> None:
    Decision.objects.create(
        application=application,
        submission=application.submissions,
        kind=Decision.Kind.PROPOSE,
        by=by,
        at=at,
        policy_version=onboarding.active()[0],
    )


def _read_again(
    item: WorkItem, application: Application, by: User, second: User, at: dt.datetime, dice: random.Random
) -> None:
    later = at + 30 * HOUR
    queue = queues.get(QUEUE)
    other = WorkItem.objects.create(
        queue=queue.second_code,
        content_type=ContentType.objects.get_for_model(Application),
        object_id=application.pk,
        label=item.label,
        entered_at=at,
        due_at=at + dt.timedelta(days=7),
        left_at=later,
    )
    SecondRead.objects.create(
        queue=QUEUE,
        first_item=item,
        item=other,
        first_by=by,
        first_verdict="approve",
        first_at=at,
        second_by=second,
        second_verdict="approve" if dice.random() < 0.9 else "needs_info",
        second_at=later,
    )


def _applied_again(by: User) -> None:
    """Somebody who was rejected came back and was let in."""
    rejected = (
        Application.objects.filter(number__contains="-P", state="rejected", decided_by=by)
        .order_by("decided_at")
        .first()
    )
    if rejected is not None:
        later = (
            Application.objects.filter(number__contains="-P", state="approved", decided_at__gt=rejected.decided_at)
            .order_by("-decided_at")
            .first()
        )
        if later is not None:
            Application.objects.filter(pk=later.pk).update(previous=rejected)


def _opinions(outsider: User, supervisor: User, now: dt.datetime) -> None:
    """Three questions: one waits, one is overdue, one is answered."""
    waiting = Application.objects.filter(state__in=Application.WITH_REVIEW, number__startswith="A-").exclude(
        applicant=outsider
    )
    questions = (
        "检测报告是否覆盖全部在售品类？",
        "授权链条是否完整？",
        "经营范围的表述是否覆盖所选类目？",
    )
    for number, (application, question) in enumerate(zip(waiting.order_by("pk")[:3], questions, strict=False)):
        asked = services.ask(application=application, reviewer=outsider, actor=supervisor, days=2, question=question)
        if number == 1:
            OpinionRequest.objects.filter(pk=asked.pk).update(asked_at=now - dt.timedelta(days=9))
        if number == 2:
            OpinionRequest.objects.filter(pk=asked.pk).update(asked_at=now - 26 * HOUR)
            services.give(
                request=asked,
                actor=outsider,
                view=OpinionRequest.View.NEEDS_INFO,
                reason_codes=["legal_name"],
                note="执照名称与检测报告委托方不一致，建议补充说明。",
            )
