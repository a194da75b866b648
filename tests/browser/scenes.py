"""What the browser finds: shops, orders, a warning, a window, made as the application makes them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page

from complaints.models import Complaint
from complaints.services import file_complaint
from maintenance import services as maintenance
from maintenance.models import Impact, Window
from merchants import agreements
from merchants.models import Application, Member, Merchant
from merchants.services import review
from orders.models import Order, OrderLine, Review
from shopops.accounts.models import User
from shopops.jobs.services import run_job
from tests.merchants import factories
from tests.orders.factories import DAY, HOUR, order
from warning_center.models import Warning

SHOP_NAME = "Willow & Wren"


def open_shop(owner: User, name: str = SHOP_NAME, *, signed: bool = True) -> Merchant:
    """A shop that has been open for a year and signed its agreements, unless told otherwise."""
    merchant = Merchant.objects.create(
        shop_name=name, legal_name="杭州柳语家居有限公司", opened_at=timezone.now() - 365 * DAY, external_id=name
    )
    Member.objects.create(merchant=merchant, user=owner)
    for version in agreements.owed(merchant=merchant) if signed else ():
        agreements.sign(version=version, merchant=merchant, actor=owner, language=owner.language or "en")
    return merchant


def sell(merchant: Merchant, *, on_time: int = 0, late: int = 0, waiting: int = 0) -> list[Order]:
    """Write orders in bulk, as an import does: shipped in time, shipped two days late, not shipped yet.

    All but those that wait were to be shipped between 20 and 4 days ago, so that they count in windows of 30 days.
    """
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    orders: list[Order] = []
    for number in range(on_time + late):
        placed = now - dt.timedelta(days=6 + number % 16, hours=number % 12)
        shipped = placed + (4 * DAY if number < late else DAY)
        orders.append(
            order(
                merchant,
                placed,
                external_id=f"{merchant.pk}-{len(orders):04d}-{on_time}",
                state=Order.State.COMPLETED,
                shipped_at=shipped,
                delivered_at=shipped + DAY,
                amount=12_900 + 100 * number,
            )
        )
    orders += [
        order(merchant, now - 20 * HOUR, external_id=f"{merchant.pk}-open-{number:03d}", state=Order.State.CONFIRMED)
        for number in range(waiting)
    ]
    saved = Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        OrderLine(merchant=merchant, order=each, number=1, title="Linen cushion cover", unit_price=each.amount)
        for each in saved
    )
    return saved


def praise(merchant: Merchant, number: int = 20) -> None:
    """Good reviews of the last weeks."""
    now = timezone.now()
    Review.objects.bulk_create(
        Review(merchant=merchant, external_id=f"r{index}", rating=5 - index % 2, created_at=now - (3 + index) * DAY)
        for index in range(number)
    )


def run_the_night() -> None:
    """The jobs in their order: count, score, check."""
    for job in ("update_counters", "score_merchants", "check_risks"):
        run_job(job, trigger="test")


def announced_window(announcer: User, *, starts_in: dt.timedelta = 5 * DAY) -> Window:
    """Shipping stops for three hours, and everybody was told."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + starts_in
    window = Window.objects.create(
        title_en="Shipping stops for a database upgrade",
        title_zh="数据库升级，发货功能停用",
        summary_en="Orders keep coming in.",
        summary_zh="订单照常接收。",
        starts_at=start,
        ends_at=start + 3 * HOUR,
        created_by=announcer,
    )
    for audience, mode in (("merchants", "down"), ("buyers", "delayed"), ("systems", "works")):
        Impact.objects.create(window=window, service="shipping", audience=audience, mode=mode)
    window = maintenance.announce(window=maintenance.schedule(window=window, actor=announcer), actor=announcer)
    run_job("send_due_notices", trigger="test")
    return window


@dataclass(frozen=True)
class Market:
    """People and things that every page of the application has something to show of."""

    owner: User
    applicant: User
    reviewer: User
    agent: User
    shop: Merchant
    warning: Warning
    window: Window
    complaint: Complaint
    order: Order
    waiting: Application
    to_correct: Application
    draft: Application


def market(make_user: Any) -> Market:
    """A shop in trouble, applications in several states, planned work, a complaint."""
    owner, applicant = make_user("chen"), make_user("lu")
    reviewer, agent = make_user("lin", roles=["reviewer"]), make_user("okafor", roles=["complaint_agent"])
    shop = open_shop(owner)
    sold = sell(shop, on_time=34, late=6, waiting=3)
    praise(shop)
    run_the_night()
    to_correct = factories.submitted(make_user("fang"))
    review.open_case(application=to_correct, user=reviewer)
    review.ask_for_corrections(
        application=to_correct, actor=reviewer, reason_codes=["scope", "document_unreadable:id_card"]
    )
    waiting = factories.submitted(
        make_user("han"), category="food", uscc=factories.TENCENT, scope="日用百货", shop_name="青屿食品专营店"
    )
    return Market(
        owner=owner,
        applicant=applicant,
        reviewer=reviewer,
        agent=agent,
        shop=shop,
        warning=Warning.objects.get(),
        window=announced_window(make_user("he", roles=["announcer"])),
        complaint=file_complaint(
            merchant=shop,
            order_reference=sold[-1].external_id,
            kind="logistics",
            text="Ordered eight days ago, still “confirmed”.",
            buyer_name="Wang",
            buyer_contact="13900001234",
        ),
        order=sold[0],
        waiting=waiting,
        to_correct=to_correct,
        draft=factories.draft(applicant, shop_name="云栖图书专营店", category="books", uscc=factories.VANKE),
    )


def fill_in_complaint(page: Page, number: str) -> None:
    """Fill in the buyers' form."""
    page.fill("[name=order_reference]", number)
    page.check("[name=kind][value=quality]")
    page.fill("[name=text]", "The seam is open.")
    page.fill("[name=buyer_name]", "Wang")
    page.fill("[name=buyer_contact]", "13900001234")
