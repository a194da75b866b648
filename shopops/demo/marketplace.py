"""The demo marketplace: some 200 merchants with four months of orders, people to sign in as, and things going on.

Deterministic for a given day: names, orders and states come from the cast and from seeded dice, times from today.
"""

import datetime as dt
import functools
import random
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone

from complaints.models import Kind as ComplaintKind
from complaints.services import answer, file_complaint
from maintenance.models import Impact, Incident, Window
from maintenance.services import announce, complete, schedule
from merchants.models import Document, Member, Merchant
from orders.models import Order
from orders.services import exclude_orders
from shopops import embedded
from shopops.accounts.models import User
from shopops.demo import (
    agreements,
    api,
    changes,
    exits,
    files,
    leads,
    messages,
    orders,
    people,
    policies,
    registers,
    screening,
    signin,
    work,
)
from shopops.demo.applications import apply_for_shops
from shopops.demo.cast import APPLICANTS, COLLEAGUES, PLAYERS, Player, credit_code
from shopops.jobs.services import run_job
from shopops.policies.services import load_packs
from warning_center.models import Warning
from warning_center.services import acknowledge

EXTRAS = 194
EXTRA_ORDERS = 86
#: Past weeks that were scored, for the pictures of scores over time.
SCORED_WEEKS = 16

OPERATORS = (
    ("lin", "林浩然 Lin Haoran", "zh-hans", ["reviewer"]),
    ("zhou", "周敏 Zhou Min", "zh-hans", ["reviewer", "supervisor"]),
    ("risk", "Ines Brandt", "en", ["risk_analyst"]),
    ("agent", "Tom Okafor", "en", ["complaint_agent", "logistics_desk"]),
    ("announcer", "何静 He Jing", "zh-hans", ["announcer"]),
    ("auditor", "Mara Novak", "en", ["auditor"]),
)
FRONT = ("云", "禾", "山", "竹", "鹿", "星", "木", "川", "月", "岚", "谷", "石", "青", "白", "晚", "半")
BACK = ("集", "里", "记", "舍", "坊", "物", "季", "町", "屋", "造", "境", "语", "铺", "田")
CATEGORIES = (
    "home",
    "home",
    "clothing",
    "clothing",
    "food",
    "electronics",
    "toys",
    "sports",
    "books",
    "cosmetics",
    "other",
)
CATEGORY_WORDS = {
    "home": "家居", "clothing": "服饰", "food": "食品", "electronics": "数码", "toys": "玩具", "sports": "运动",
    "books": "图书", "cosmetics": "美妆", "other": "百货",
}  # fmt: skip
TYPE_WORDS = {"flagship": "旗舰店", "exclusive": "专卖店", "multi_brand": "专营店", "sole_trader": "小铺"}
TYPES = ("flagship", "exclusive", "multi_brand", "multi_brand", "sole_trader")
REGIONS = {"330100": "浙江", "320500": "江苏", "440100": "广东", "110100": "北京", "510100": "四川", "420100": "湖北"}
SUBJECT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class SignIn:
    """Somebody the visitor can be."""

    name: str
    email: str
    page: str
    what: str


def password() -> str:
    """The one password of all demo people; made on this machine at the first start."""
    return embedded.local_secret("demo-password")[:14]


def build() -> None:
    """Fill an empty database. Everything after the merchants and orders goes through the product's own services."""
    load_packs()
    now = timezone.now().replace(second=0, microsecond=0)
    operators = _operators()
    shops = _players(now) | _extras(now)
    for key, shop in shops.items():
        orders.fill(shop.merchant, count=shop.orders, profile=shop.profile, now=now, seed=key)
    _report_malicious(shops["mubai"].merchant, operators["risk"])
    # What happened before the shops' people joined reaches nobody's inbox.
    _past_maintenance(now, operators)
    _past_scores(now)
    Member.objects.bulk_create(
        Member(merchant=shop.merchant, user=shop.owner, since=shop.merchant.opened_at) for shop in shops.values()
    )
    agreements.seed(waiting=[shops["yunqi"].merchant.pk])
    people.seed({key: shop.merchant for key, shop in shops.items()}, _person)
    policies.seed(operators["risk"])
    for job in ("update_counters", "score_merchants", "check_risks"):
        run_job(job, as_of=now, trigger="demo")
    _answer_a_warning(shops["jinhe"])
    apply_for_shops({who.key: _person(who.email, who.person, "zh-hans") for who in APPLICANTS}, operators)
    registers.seed()
    _maintenance(now, operators)
    _complaints(shops)
    api.seed(User.objects.get(email="root@shopops.example"))
    leads.seed(now)
    work.seed(operators, now)
    screening.seed(operators, _person, now)
    exits.seed({key: (shop.merchant, shop.owner) for key, shop in shops.items()}, operators, now)
    files.seed({key: shop.merchant for key, shop in shops.items()}, operators, now)
    changes.seed({key: shop.merchant for key, shop in shops.items()}, operators, now)
    messages.seed([shops["wren"].owner, shops["yunqi"].owner])
    run_job("send_due_notices", trigger="demo")


def sign_ins() -> list[SignIn]:
    """Who can be tried out, and what for."""
    everybody = [
        SignIn("林浩然 (reviewer)", "lin@shopops.example", "/admin/", "reviews applications"),
        SignIn("周敏 (supervisor)", "zhou@shopops.example", "/admin/", "second person, sees everything of onboarding"),
        SignIn("Ines Brandt (risk analyst)", "risk@shopops.example", "/admin/", "warnings and scores"),
        SignIn("Tom Okafor (agent)", "agent@shopops.example", "/admin/", "complaints and orders"),
        SignIn("何静 (announcer)", "announcer@shopops.example", "/admin/", "maintenance"),
        SignIn("邱敏 Qiu Min (outside reviewer)", screening.OUTSIDER[0], "/outside/", "gives opinions through the API"),
        SignIn("Mara Novak (auditor)", "auditor@shopops.example", "/admin/", "reads everything"),
        SignIn("Vera Lindqvist (supervisor, two steps)", signin.EMAIL, "/admin/", _second_step()),
        SignIn("Root (may do everything)", "root@shopops.example", "/admin/", "all of the console"),
    ]
    everybody += [
        SignIn(f"{p.person}", f"{p.key}@merchants.example", "/portal/", f"{p.shop_name}: {p.story}") for p in PLAYERS
    ]
    everybody += [SignIn(each.person, each.email, "/portal/", each.story) for each in COLLEAGUES]
    everybody.append(
        SignIn("陆鸣", "luming@applicants.example", "/apply/", "an applicant who is asked for corrections")
    )
    return everybody


def _second_step() -> str:
    """How to pass the second step of the demo's protected operator."""
    return f"authenticator key {signin.secret()}, or its code now: .venv/bin/python manage.py demo_code"


def _person(email: str, name: str, language: str, **fields: object) -> User:
    user = User(email=email, name=name, language=language, password=_hashed(), **fields)
    user.save()
    return user


@functools.cache
def _hashed() -> str:
    """Hashing is slow on purpose; the demo's people share one password, so once is enough."""
    return make_password(password())


def _operators() -> dict[str, User]:
    signin.seed(password=_hashed())
    _person("root@shopops.example", "Root", "", is_staff=True, is_superuser=True)
    return {
        key: _person(f"{key}@shopops.example", name, language, roles=roles, is_staff=True)
        for key, name, language, roles in OPERATORS
    }


@dataclass(frozen=True)
class Shop:
    """A merchant of the demo before its orders are written."""

    merchant: Merchant
    owner: User
    profile: str
    orders: int


def _players(now: dt.datetime) -> dict[str, Shop]:
    shops: dict[str, Shop] = {}
    for position, player in enumerate(PLAYERS):
        merchant = Merchant.objects.create(
            external_id=f"DEMO-{player.key}",
            shop_name=player.shop_name,
            legal_name=player.legal_name,
            uscc=credit_code("1", "330100", f"MA0000P{position}"),
            shop_type=player.shop_type,
            category=player.category,
            region=player.region,
            contact_name=player.person,
            contact_phone=f"1380000{position:04d}",
            opened_at=now - dt.timedelta(days=900 - 60 * position),
        )
        owner = _person(f"{player.key}@merchants.example", player.person, player.language)
        _licence(merchant, owner, player, now)
        shops[player.key] = Shop(merchant, owner, player.profile, player.orders)
    return shops


def _licence(merchant: Merchant, owner: User, player: Player, now: dt.datetime) -> None:
    days = 9 if player.key == "qingtang" else 1500
    picture = (orders.HERE / "licences" / "anlan.jpg").read_bytes()
    document = Document(
        merchant=merchant,
        type="business_licence",
        original_name="licence.jpg",
        content_type="image/jpeg",
        size=len(picture),
        sha256=f"{merchant.pk:064x}",
        number=merchant.uscc,
        holder=merchant.legal_name,
        issued_on=timezone.localdate(merchant.opened_at),
        expires_on=timezone.localdate(now) + dt.timedelta(days=days),
        uploaded_by=owner,
        uploaded_at=merchant.opened_at,
    )
    document.file.save("document.jpg", ContentFile(picture), save=False)
    document.save()


def _extras(now: dt.datetime) -> dict[str, Shop]:
    """Ordinary shops; every fourteenth is careless. They have no sign-in, only an address that is told things."""
    dice = random.Random("shopops:extras")  # noqa: S311  # the same demo every time is the point
    names = [f"{front}{back}" for front in FRONT for back in BACK]
    dice.shuffle(names)
    shops: dict[str, Shop] = {}
    for number in range(EXTRAS):
        category, shop_type = dice.choice(CATEGORIES), dice.choice(TYPES)
        division = dice.choice(list(REGIONS))
        name = f"{names[number]}{CATEGORY_WORDS[category]}{TYPE_WORDS[shop_type]}"
        subject = "MA" + "".join(dice.choice(SUBJECT) for _ in range(6))
        merchant = Merchant.objects.create(
            external_id=f"DEMO-{number:03d}",
            shop_name=name,
            legal_name=f"{REGIONS[division]}{names[number]}商贸有限公司",
            uscc=credit_code("2" if shop_type == "sole_trader" else "1", division, subject),
            shop_type=shop_type,
            category=category,
            region=REGIONS[division],
            opened_at=now - dt.timedelta(days=dice.randint(20, 1500)),
        )
        owner = User(email=f"owner{number:03d}@merchants.example", name=f"{names[number]}店主", language="zh-hans")
        owner.set_unusable_password()
        owner.save()
        profile = "careless" if number % 14 == 3 else "model" if number % 9 == 2 else "ordinary"
        shops[f"extra-{number:03d}"] = Shop(merchant, owner, profile, round(EXTRA_ORDERS * dice.uniform(0.3, 1.7)))
    return shops


def _report_malicious(merchant: Merchant, analyst: User) -> None:
    attack = Order.objects.filter(
        merchant=merchant, buyer_ref__startswith="b90", external_id__contains=f"-{orders.ATTACK}"
    )
    exclude_orders(
        order_ids=list(attack.values_list("pk", flat=True)),
        reason="60 orders of 3 buyers in 2 hours, all rated with one star",
        actor=analyst,
    )


def _past_scores(now: dt.datetime) -> None:
    """A quarter of weekly scores, for the pictures of scores over time."""
    for week in range(SCORED_WEEKS, 0, -1):
        moment = now - dt.timedelta(weeks=week)
        run_job("update_counters", as_of=moment, trigger="demo")
        run_job("score_merchants", as_of=moment, trigger="demo")


def _answer_a_warning(shop: Shop) -> None:
    """The shop that drifts late has read its warning and works on it."""
    warning = Warning.objects.filter(merchant=shop.merchant).first()
    if warning:
        acknowledge(warning=warning, actor=shop.owner)


def _past_maintenance(now: dt.datetime, operators: dict[str, User]) -> None:
    """A night of planned work that went as planned, and two incidents."""
    announcer = operators["announcer"]
    night = timezone.localtime(now - dt.timedelta(days=16)).replace(hour=2, minute=0)
    planned = night - dt.timedelta(days=8)
    window = Window.objects.create(
        title_en="Product editing frozen for an index rebuild",
        title_zh="重建索引，商品编辑冻结",
        summary_en="Prices and stock stay as they are.",
        summary_zh="价格与库存保持不变。",
        starts_at=night,
        ends_at=night + dt.timedelta(hours=3),
        created_by=announcer,
    )
    Impact.objects.create(window=window, service="products", audience="merchants", mode="frozen")
    window = announce(window=schedule(window=window, actor=announcer, now=planned), actor=announcer, now=planned)
    for hours in (0, 96, 168, 191, 192, 195):
        run_job("send_due_notices", as_of=planned + dt.timedelta(hours=hours, minutes=2), trigger="demo")
    complete(window=window, actor=announcer, now=night + dt.timedelta(hours=3, minutes=6))
    run_job("send_due_notices", as_of=night + dt.timedelta(hours=4), trigger="demo")
    _incident(
        announcer,
        now,
        9,
        "messages",
        "degraded",
        26,
        "E-mail was late by up to 26 minutes",
        "邮件最长延迟 26 分钟",
        "A relay refused mail; traffic moved to the second relay. Nothing was lost.",
        "中继拒收，已切换备用中继，邮件无丢失。",
    )
    _incident(announcer, now, 24, "checkout", "outage", 19, "Checkout answered with errors for 19 minutes", "下单报错 19 分钟",
              "A database ran out of connections. The limit was raised.", "数据库连接耗尽，已调高上限。")  # fmt: skip


def _incident(
    by: User,
    now: dt.datetime,
    days: int,
    service: str,
    severity: str,
    minutes: int,
    en: str,
    zh: str,
    more_en: str,
    more_zh: str,
) -> None:
    started = timezone.localtime(now - dt.timedelta(days=days)).replace(hour=10, minute=12)
    Incident.objects.create(
        service=service,
        severity=severity,
        started_at=started,
        ended_at=started + dt.timedelta(minutes=minutes),
        title_en=en,
        title_zh=zh,
        text_en=more_en,
        text_zh=more_zh,
        created_by=by,
    )


def _maintenance(now: dt.datetime, operators: dict[str, User]) -> None:
    night = timezone.localtime(now + dt.timedelta(days=5)).replace(hour=2, minute=0)
    window = Window.objects.create(
        title_en="Shipping and messages stop for a database upgrade",
        title_zh="数据库升级，发货与消息功能停用",
        summary_en="Orders keep coming in. Deadlines inside the window move by themselves.",
        summary_zh="订单照常接收，窗口内的时限自动顺延。",
        starts_at=night,
        ends_at=night + dt.timedelta(hours=3),
        created_by=operators["announcer"],
    )
    rows = [
        ("browsing", "buyers", "works", "", ""),
        ("browsing", "merchants", "works", "", ""),
        ("browsing", "systems", "works", "", ""),
        ("checkout", "buyers", "works", "", ""),
        ("checkout", "systems", "delayed", "order events after 05:00", "订单推送 05:00 后补发"),
        ("shipping", "buyers", "delayed", "tracking updates after 05:00", "物流信息 05:00 后更新"),
        ("shipping", "merchants", "down", "clocks pause by themselves", "发货时限自动暂停"),
        ("shipping", "systems", "down", "API answers 503", "接口返回 503"),
        ("messages", "buyers", "messages_lost", "between 02:00 and 02:20", "02:00–02:20 之间"),
        ("messages", "merchants", "messages_lost", "between 02:00 and 02:20", "02:00–02:20 之间"),
        ("messages", "systems", "delayed", "queued and sent later", "排队后补发"),
    ]
    Impact.objects.bulk_create(
        Impact(window=window, service=service, audience=audience, mode=mode, note_en=en, note_zh=zh)
        for service, audience, mode, en, zh in rows
    )
    window = schedule(window=window, actor=operators["announcer"])
    announce(window=window, actor=operators["announcer"])


def _complaints(shops: dict[str, Shop]) -> None:
    """A counterfeit complaint that waits, one that was answered and waits for a decision."""
    texts = {
        "beichen": (
            ComplaintKind.QUALITY,
            "登山杖的激光防伪码在品牌官网查不到，做工也和专柜不同，怀疑是假货，要求退一赔三。",
        ),
        "jinhe": (ComplaintKind.LOGISTICS, "Ordered eight days ago, still “confirmed”. Nobody answers in chat."),
        "wren": (ComplaintKind.AFTER_SALES, "抱枕套有一处跳线，申请换货，客服说要等一周。"),
    }
    for key, (kind, text) in texts.items():
        merchant = shops[key].merchant
        order = Order.objects.filter(merchant=merchant, shipped_at__isnull=False).order_by("-placed_at").first()
        complaint = file_complaint(
            merchant=merchant,
            order_reference=order.external_id if order else "unknown",
            kind=kind,
            text=text,
            buyer_name="王女士",
            buyer_contact="13900001234",
        )
        if key == "wren":
            answer(complaint=complaint, actor=shops[key].owner, text="已补发新的抱枕套，顺丰今日发出，旧件不用寄回。")
