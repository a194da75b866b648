"""What the browser finds of a merchant's life: applying, changes, re-verification, contacts, leaving, and its desks."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from merchants.changes.models import Campaign, ChangeRequest
from merchants.exits.models import Exit
from merchants.exits.services import asking, deciding
from merchants.file.models import Visit
from merchants.file.services import record_visit
from merchants.leads.exchange import MERCHANTS
from merchants.models import Application, Merchant, ReviewBatch
from merchants.screening.services import opinions
from merchants.services import batches, review
from shopops.accounts.models import User
from shopops.demo import leads, screening
from shopops.exchange.models import Import
from shopops.exchange.services import take_in
from shopops.jobs.services import run_job
from tests.browser.scenes import open_shop, sell
from tests.changes import factories as changes
from tests.changes.conftest import add_document, make_shop
from tests.exchange.conftest import csv_file
from tests.merchants import factories
from tests.ocr.scans import handed_in
from tests.orders.factories import DAY


@dataclass(frozen=True)
class Life:
    """People and things of every page that a merchant's life has."""

    owner: User
    leaver: User
    reviewer: User
    supervisor: User
    outsider: User
    shop: Merchant
    unsigned: Application
    to_correct: Application
    read: Application
    batch: ReviewBatch
    change: ChangeRequest
    campaign: Campaign
    leaving: Exit
    visit: Visit
    rows: Import


def life(make_user: Any) -> Life:
    """A shop that changes its address, one that leaves, applications in every state, and a supervisor who sees all."""
    lin = make_user("lin", roles=["reviewer"])
    zhou = make_user("zhou", roles=["reviewer", "supervisor"])
    owner, leaver = make_user("chen"), make_user("sun")
    shop = _shop(owner)
    outsider = _history_of_reviews(make_user, lin, zhou)
    unsigned = factories.draft(
        make_user("lu"), signed=False, shop_name="云栖图书专营店", category="books", uscc=factories.VANKE
    )
    to_correct = _to_correct(make_user("fang"), lin)
    read, _licence = handed_in(make_user("han"))
    factories.submitted(make_user("xu"), category="food", shop_name="青屿茶专营店", uscc=factories.TENCENT)
    opinions.ask(application=read, reviewer=outsider, actor=zhou, days=2, question="检测报告是否覆盖全部在售品类？")
    change = changes.ask(shop, owner)
    Merchant.objects.filter(pk=shop.pk).update(verified_at=timezone.now() - 213 * DAY)
    run_job("verify_merchants", trigger="test")
    leaving = _leaving(leaver, lin)
    leads.seed()
    waiting = Application.objects.filter(state__in=Application.WITH_REVIEW).exclude(pk=to_correct.pk)
    return Life(
        owner=owner,
        leaver=leaver,
        reviewer=lin,
        supervisor=zhou,
        outsider=outsider,
        shop=shop,
        unsigned=unsigned,
        to_correct=to_correct,
        read=read,
        batch=batches.put_together(actor=zhou, applications=[each.pk for each in waiting], note="Spring fair"),
        change=change,
        campaign=Campaign.objects.get(),
        leaving=leaving,
        visit=_visit(shop, lin),
        rows=_rows(zhou),
    )


def _history_of_reviews(make_user: Any, reviewer: User, supervisor: User) -> User:
    """Twelve weeks of decisions with the rule's verdicts beside them; returns the reviewer of another firm."""
    outsider: User = make_user("qiu", roles=["external_reviewer"], is_staff=False)
    screening.seed({"lin": reviewer, "zhou": supervisor}, lambda *_facts, **_more: outsider, timezone.now())
    return outsider


def _shop(owner: User) -> Merchant:
    """A shop with orders and a licence that ends in 12 days."""
    shop = make_shop(owner, external_id="S-1", opened_at=timezone.now() - 400 * DAY)
    add_document(shop, owner, days=12)
    sell(shop, on_time=20, late=3, waiting=2)
    return shop


def _to_correct(applicant: User, reviewer: User) -> Application:
    """A reviewer asked for a field, a document, and something else."""
    application = factories.submitted(applicant, shop_name="南屏文具专营店")
    review.open_case(application=application, user=reviewer)
    review.ask_for_corrections(
        application=application,
        actor=reviewer,
        reason_codes=["scope", "document_unreadable:id_card", "other"],
        note="店铺名称与“南屏文具”的关系需说明。",
    )
    return application


def _leaving(owner: User, reviewer: User) -> Exit:
    """A shop eleven days into its notice, with orders that wait."""
    shop = open_shop(owner, "云栖家居")
    sell(shop, waiting=2)
    now = timezone.now() - 15 * DAY
    answers = {"fair": 4, "worth": 2, "help": 3, "return": 3}
    leaving = asking.request(
        merchant=shop, actor=owner, reasons=["low_sales"], contact="400-820-0100", answers=answers, now=now
    )
    deciding.start_check(leaving=leaving, actor=reviewer, now=now + 4 * DAY)
    return deciding.accept(leaving=leaving, actor=reviewer, now=now + 4 * DAY)


def _visit(shop: Merchant, by: User) -> Visit:
    """A call with something to follow up."""
    return record_visit(
        merchant=shop,
        by=by,
        kind=Visit.Kind.CALL,
        at=timezone.now() - dt.timedelta(hours=2),
        with_whom="陈怡雯",
        purpose="发货超时回访",
        result="仓库搬迁，两周内恢复正常。",
        follow_up="确认发货是否恢复",
        follow_up_due=timezone.localdate() + 14 * DAY,
    )


def _rows(actor: User) -> Import:
    """A file with a new shop, a known one and a row that cannot be."""
    lines = (
        "shop,shop_name,uscc,shop_type,category,contact_phone,opened_on",
        f"S-77,港湾灯具专营店,{factories.VANKE},multi_brand,home,13800138000,2024-03-01",
        "S-1,北岭户外,,,,13900139000,",
        "S-78,Lamps,914403001922038217,spaceship,home,,",
    )
    return take_in(what=MERCHANTS.code, file=csv_file(*lines), actor=actor)
