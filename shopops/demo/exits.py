"""Shops of the demo that leave: one in its notice with an open order, one closed, one refused, one terminated, and
enough that left before for the page of why."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from merchants.exits.models import Exit, SettlementStep
from merchants.exits.services import asking, closing, deciding, records
from merchants.models import Merchant
from orders.models import Order
from shopops.accounts.models import User
from shopops.jobs.services import run_job

DAY = dt.timedelta(days=1)
Shops = Mapping[str, tuple[Merchant, User]]

#: Shops that left: (shop, days ago the request, reasons, answers of the interview).
_LEFT: tuple[tuple[str, int, list[str], dict[str, int]], ...] = (
    ("extra-101", 330, ["low_sales"], {"fair": 4, "worth": 2, "help": 3, "return": 3}),
    ("extra-102", 290, ["costs", "low_sales"], {"fair": 3, "worth": 1, "help": 3, "return": 2}),
    ("extra-103", 215, ["business_ends"], {"fair": 5, "worth": 4, "help": 4, "return": 4}),
    ("extra-104", 150, ["other_platform"], {}),
    ("extra-105", 120, ["costs"], {"fair": 3, "worth": 2, "help": 2, "return": 2}),
    ("extra-106", 95, ["rules", "service"], {"fair": 1, "worth": 3, "help": 1, "return": 1}),
    ("extra-107", 70, ["business_ends"], {"fair": 4, "worth": 4, "help": 5, "return": 5}),
)


def seed(shops: Shops, operators: Mapping[str, User], now: dt.datetime) -> None:
    """Everything through the services, with times of the past."""
    reviewer, supervisor, analyst = operators["lin"], operators["zhou"], operators["risk"]
    _in_notice(*shops["yunqi"], reviewer, now)
    for key, days, reasons, answers in _LEFT:
        _closed(*shops[key], reviewer, now - days * DAY, reasons, answers)
    _refused(*shops["extra-110"], reviewer, now)
    _asked(*shops["extra-111"], now - 4 * DAY, ["tools"], {"fair": 3, "help": 2})
    _terminated(shops["extra-112"][0], analyst, supervisor, now)
    records.ask(merchant=shops["yunqi"][0], actor=shops["yunqi"][1], language="zh-hans")
    run_job(records.JOB, trigger="demo")


def _asked(
    merchant: Merchant, owner: User, at: dt.datetime, reasons: list[str], answers: Mapping[str, int] | None = None
) -> Exit:
    return asking.request(
        merchant=merchant,
        actor=owner,
        reasons=reasons,
        contact="400-820-0100",
        answers=answers or {},
        now=at,
    )


def _accepted(leaving: Exit, reviewer: User, at: dt.datetime) -> Exit:
    deciding.start_check(leaving=leaving, actor=reviewer, now=at)
    return deciding.accept(leaving=leaving, actor=reviewer, now=at)


def _in_notice(merchant: Merchant, owner: User, reviewer: User, now: dt.datetime) -> None:
    """Eleven days into the notice; the orders but one are finished."""
    _finish_orders(merchant, now, but=1)
    leaving = _asked(
        merchant, owner, now - 15 * DAY, ["business_ends"], {"fair": 5, "worth": 4, "help": 4, "return": 5}
    )
    _accepted(leaving, reviewer, now - 11 * DAY)


def _finish_orders(merchant: Merchant, now: dt.datetime, but: int = 0) -> None:
    """The source says that what was open is delivered; `but` so many."""
    waiting = Order.objects.filter(merchant=merchant, cancelled_at__isnull=True, delivered_at__isnull=True)
    for order in waiting.order_by("-placed_at")[but:]:
        order.shipped_at = order.shipped_at or min(order.placed_at + DAY, now)
        order.delivered_at = min(order.shipped_at + 2 * DAY, now)
        order.state = Order.State.DELIVERED
        order.save()


def _closed(
    merchant: Merchant, owner: User, reviewer: User, at: dt.datetime, reasons: list[str], answers: Mapping[str, int]
) -> None:
    """Left so long ago: 4 days to decide, 30 of notice, 6 to settle."""
    Order.objects.filter(merchant=merchant, placed_at__gt=at + 4 * DAY).delete()
    _finish_orders(merchant, timezone.now())
    leaving = _accepted(_asked(merchant, owner, at, reasons, answers), reviewer, at + 4 * DAY)
    closing.settle(leaving=leaving, now=at + 34 * DAY)
    for step in leaving.steps.order_by("position"):
        _record(step, reviewer, at + 36 * DAY)
    closing.close(leaving=leaving, actor=reviewer, now=at + 40 * DAY)


def _record(step: SettlementStep, reviewer: User, at: dt.datetime) -> None:
    amounts = {"fees": Decimal("386.40"), "last_payout": Decimal("5210.75"), "deposit": Decimal("10000.00")}
    if step.code in amounts:
        status, amount, currency = SettlementStep.Status.DONE, amounts[step.code], "CNY"
    elif step.flow == "none":
        status, amount, currency = SettlementStep.Status.DONE, None, ""
    else:
        status, amount, currency = SettlementStep.Status.NOT_OWED, None, ""
    note = "无未缴罚款" if step.code == "fines" else ""
    closing.record_step(step=step, actor=reviewer, status=status, amount=amount, currency=currency, note=note, now=at)


def _refused(merchant: Merchant, owner: User, reviewer: User, now: dt.datetime) -> None:
    leaving = _asked(merchant, owner, now - 9 * DAY, ["other_platform"])
    deciding.start_check(leaving=leaving, actor=reviewer, now=now - 5 * DAY)
    deciding.refuse(
        leaving=leaving,
        actor=reviewer,
        reasons=["under_investigation"],
        note="调查结束后可重新申请。",
        now=now - 5 * DAY,
    )


def _terminated(merchant: Merchant, analyst: User, supervisor: User, now: dt.datetime) -> None:
    leaving = asking.propose(
        merchant=merchant,
        actor=analyst,
        reasons=["repeated_violations"],
        facts="2026 年三次售卖未取得授权的品牌商品，两次整改逾期。",
        clause="《商城协议》9.2",
        contact="400-820-0100",
        now=now - 6 * DAY,
    )
    deciding.terminate(leaving=leaving, actor=supervisor, now=now - 5 * DAY)
