"""Four weeks of decided complaints, a backlog that is getting late, and second reads: something to forecast and compare."""

import datetime as dt
import random

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from complaints.models import Complaint, Kind, State
from complaints.policy import in_force
from complaints.queue import QUEUE, bring_forward, enter
from merchants.models import Decision, Merchant
from merchants.services.queueing import HIGH_RISK
from merchants.services.queueing import QUEUE as APPLICATIONS
from shopops.accounts.models import User
from shopops.work import second_reads
from shopops.work import services as work
from shopops.work.models import OperatorSkill, Risk, WorkEvent, WorkItem
from shopops.work.queues import queues

DAYS = 28
PER_DAY = 6
WAITING = 34
HOUR = dt.timedelta(hours=1)
TEXTS = {
    Kind.QUALITY: ("杯口有细小裂纹，和详情页图片不符。", "开箱就有划痕，商家说是运输造成的。"),
    Kind.LOGISTICS: ("物流信息五天没有更新。", "显示已签收，但没有收到。"),
    Kind.AFTER_SALES: ("退货签收四天了还没有退款。", "换货寄来的还是同一个问题。"),
    Kind.PAYMENT: ("优惠券没有抵扣，多付了 20 元。", "同一笔订单扣款两次。"),
}


@transaction.atomic
def seed(operators: dict[str, User], now: dt.datetime) -> None:
    """Write it once; a second call changes nothing."""
    if OperatorSkill.objects.exists():
        return
    OperatorSkill.objects.bulk_create(OperatorSkill(user=operators[key], skill=HIGH_RISK) for key in ("lin", "zhou"))
    dice = random.Random("shopops:work")  # noqa: S311  # the same demo every time is the point
    shops = list(Merchant.objects.filter(external_id__regex=r"^DEMO-\d").order_by("pk")[:60])
    _decided(operators["agent"], shops, now, dice)
    _waiting(shops, now, dice)
    _read_twice(operators)


def _complaint(shop: Merchant, number: int, filed: dt.datetime, dice: random.Random, **fields: object) -> Complaint:
    version, policy = in_force()
    kind = dice.choice(list(Kind))
    return Complaint(
        merchant=shop,
        order_reference=f"{shop.external_id}-{number:04d}",
        kind=kind,
        text=dice.choice(TEXTS[kind]),
        buyer_name="李女士",
        buyer_contact="13900004321",
        filed_at=filed,
        answer_hours=policy.answer_hours,
        answer="已联系买家核实，愿意按规则处理。",
        answered_at=filed + dice.uniform(2, 30) * HOUR,
        policy_version_id=version,
        **fields,
    )


def _decided(agent: User, shops: list[Merchant], now: dt.datetime, dice: random.Random) -> None:
    """Complaints of the last weeks as the agent decided them, with the history of their work items."""
    made = []
    for number in range(DAYS * PER_DAY):
        ruled = now - dt.timedelta(days=number / PER_DAY, hours=1 + dice.random())
        filed = ruled - dice.uniform(36, 90) * HOUR
        state = State.UPHELD if dice.random() < 0.4 else State.REJECTED
        made.append(
            _complaint(
                dice.choice(shops),
                number,
                filed,
                dice,
                state=state,
                ruling="已核对订单、物流与双方说明。",
                ruled_at=ruled,
                ruled_by=agent,
            )
        )
    Complaint.objects.bulk_create(made)
    kind = ContentType.objects.get_for_model(Complaint)
    ruling_time = in_force()[1].ruling_time
    items = WorkItem.objects.bulk_create(
        WorkItem(
            queue=QUEUE,
            content_type=kind,
            object_id=each.pk,
            label=f"{each.number} · {each.merchant.shop_name}",
            risk=Risk.HIGH if each.kind == Kind.QUALITY else Risk.MEDIUM,
            skill=f"complaints.{each.kind}",
            entered_at=each.answered_at or each.filed_at,
            due_at=each.answer_due + ruling_time,
            left_at=each.ruled_at or now,
        )
        for each in made
    )
    WorkEvent.objects.bulk_create(
        WorkEvent(item=item, kind=what, actor=who, at=at)
        for item in items
        for what, who, at in (
            (WorkEvent.Kind.ENTERED, None, item.entered_at),
            (WorkEvent.Kind.CLAIMED, agent, (item.left_at or now) - dt.timedelta(minutes=9)),
            (WorkEvent.Kind.LEFT, agent, item.left_at or now),
        )
    )


def _waiting(shops: list[Merchant], now: dt.datetime, dice: random.Random) -> None:
    """More than the agent gets through: some are late already, more will be."""
    _version, policy = in_force()
    for number in range(WAITING):
        left = dice.uniform(-5, 80) * HOUR
        filed = now + left - policy.answer_time - policy.ruling_time
        complaint = _complaint(shops[number], 9000 + number, filed, dice, state=State.ANSWERED)
        complaint.answered_at = min(complaint.answered_at or now, now - HOUR)
        complaint.save()
        item = enter(complaint, policy.ruling_time)
        bring_forward(complaint)
        WorkItem.objects.filter(pk=item.pk).update(entered_at=complaint.answered_at or now)


def _read_twice(operators: dict[str, User]) -> None:
    """Decided applications that the supervisor read again; she would have decided one of them differently."""
    queue = queues.get(APPLICATIONS)
    decisions = Decision.objects.filter(
        by=operators["lin"], kind__in=["approve", "reject", "needs_info"]
    ).select_related("application")
    done = 0
    for decision in decisions.order_by("pk"):
        first = WorkItem.objects.filter(
            queue=APPLICATIONS, object_id=decision.application_id, left_at__isnull=False, checked_by=None
        ).first()
        if first is None or WorkItem.objects.filter(queue=queue.second_code, object_id=first.object_id).exists():
            continue
        second = work.enter(
            queue=queue.second_code,
            target=decision.application,
            label=first.label,
            due_at=decision.at + second_reads.TIME,
            not_for=[*first.not_for, operators["lin"].pk],
        )
        second_reads.begin(queue=queue, first=first, second=second, actor=operators["lin"], verdict=decision.kind)
        done += 1
        if done % 4:
            verdict = "needs_info" if done == 3 else decision.kind
            second_reads.record(item=second, user=operators["zhou"], verdict=verdict)
