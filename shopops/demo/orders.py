"""Orders of the demo marketplace: the same for the same day, different in character from shop to shop."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from merchants.models import Merchant
from orders.models import Order, OrderLine, Review, Shipment

#: Days of history.
DAYS = 120
#: How the numbers of the malicious orders begin.
ATTACK = "90"
HERE = Path(__file__).parent
HOUR = dt.timedelta(hours=1)
CARRIERS = ("SF Express", "ZTO", "YTO", "JD Logistics")
CHUNK = 2_000

#: What a shop sells: (title, price in fen).
GOODS: dict[str, tuple[tuple[str, int], ...]] = {
    "home": (
        ("亚麻抱枕套 燕麦色", 16_900),
        ("羊毛盖毯 130 × 170 cm", 52_900),
        ("藤编托盘 大号", 15_800),
        ("陶瓷花器", 9_900),
    ),
    "food": (("太平猴魁 100 g", 23_800), ("桂花乌龙 60 g", 6_800), ("茶点礼盒", 12_900)),
    "health_food": (("维生素 C 咀嚼片", 8_900), ("鱼油软胶囊", 15_900)),
    "cosmetics": (("氨基酸洁面乳", 7_900), ("玫瑰身体乳", 11_900)),
    "clothing": (("亚麻衬衫", 25_900), ("羊绒围巾", 39_900), ("工装长裤", 19_900)),
    "electronics": (("蓝牙耳机", 29_900), ("氮化镓充电器 65 W", 12_900), ("机械键盘", 39_900)),
    "toys": (("榉木积木 80 块", 18_900), ("木制轨道车", 26_900), ("拼图 500 片", 7_900)),
    "sports": (("登山杖 碳纤维", 22_900), ("速干运动衫", 12_900), ("瑜伽垫 6 mm", 9_900)),
    "books": (("山川与城", 5_800), ("植物图谱", 12_800), ("给孩子的诗", 4_200)),
    "jewellery": (("银杏胸针", 16_800), ("淡水珍珠耳饰", 25_800)),
    "medical": (("电子体温计", 5_900), ("医用口罩 50 只", 3_900)),
    "other": (("帆布袋", 3_900), ("手账本", 4_900)),
}
REGIONS = ("浙江", "江苏", "广东", "北京", "上海", "四川", "湖北", "山东", "福建", "陕西")
PRAISE = ("物流很快，包装仔细。", "和描述一致，会回购。", "质量不错。", "客服耐心。", "")
BLAME = ("等了很久才发货。", "做工粗糙，和图片不一样。", "客服不回复。", "包装破损。")


@dataclass(frozen=True)
class Character:
    """How a shop serves: shares between 0 and 1. `late` grows to `late_now` over the last 30 days; `trend` < 1 fades."""

    late: float = 0.025
    late_now: float = 0.025
    cancelled: float = 0.012
    low_review: float = 0.04
    trend: float = 1.0


PROFILES = {
    "model": Character(late=0.006, late_now=0.004, cancelled=0.003, low_review=0.012),
    "ordinary": Character(),
    "drifting": Character(late=0.02, late_now=0.24, cancelled=0.03, low_review=0.1),
    "attacked": Character(late=0.015, late_now=0.015, cancelled=0.008, low_review=0.03),
    "fading": Character(late=0.05, late_now=0.07, cancelled=0.04, low_review=0.09, trend=0.25),
    "careless": Character(late=0.06, late_now=0.07, cancelled=0.045, low_review=0.12),
}


def fill(merchant: Merchant, *, count: int, profile: str, now: dt.datetime, seed: str) -> None:
    """Write `count` orders of one merchant with their parcels and reviews."""
    dice = random.Random(f"shopops:{seed}")  # noqa: S311  # the same demo every time is the point
    character = PROFILES[profile]
    orders = [_order(merchant, number, character, now, dice) for number in range(count)]
    if profile == "attacked":
        orders += list(_attack(merchant, now, dice))
    with transaction.atomic():
        Order.objects.bulk_create(orders, batch_size=CHUNK)
        OrderLine.objects.bulk_create((_line(order, dice) for order in orders), batch_size=CHUNK)
        Shipment.objects.bulk_create((_shipment(order, dice) for order in orders if order.shipped_at), batch_size=CHUNK)
        Review.objects.bulk_create(_reviews(orders, character, now, dice), batch_size=CHUNK)


def _order(merchant: Merchant, number: int, character: Character, now: dt.datetime, dice: random.Random) -> Order:
    age = dt.timedelta(days=DAYS * dice.random() ** character.trend, hours=dice.uniform(0, 10))
    if number == 0:
        age = dt.timedelta(hours=3)  # every shop has something to ship today
    placed = (now - age).replace(microsecond=0)
    ship_by = placed + 48 * HOUR
    recent = max(0.0, 1 - age.days / 30)
    late_share = character.late + (character.late_now - character.late) * recent
    price = dice.choice(GOODS[merchant.category])[1]
    order = Order(
        merchant=merchant,
        external_id=f"{placed:%m%d}-{merchant.pk:04d}-{number:05d}",
        placed_at=placed,
        paid_at=placed + dt.timedelta(minutes=dice.randint(1, 20)),
        ship_by=ship_by,
        promised_at=placed + 120 * HOUR,
        amount=price * dice.choice((1, 1, 1, 2)),
        freight=dice.choice((0, 0, 600, 1200)),
        currency="CNY",
        buyer_ref=f"b{dice.randint(1, 9000):05d}",
        region=dice.choice(REGIONS),
        state=Order.State.RECEIVED,
    )
    if dice.random() < character.cancelled:
        return _cancel(order, dice, now)
    ships = ship_by + dice.uniform(2, 40) * HOUR if dice.random() < late_share else placed + dice.uniform(4, 44) * HOUR
    if ships > now:
        order.state = Order.State.CONFIRMED
        return order
    order.shipped_at, order.state = ships, Order.State.SHIPPED
    arrives = ships + dice.uniform(24, 84) * HOUR
    if arrives <= now:
        order.delivered_at, order.state = arrives, Order.State.DELIVERED
        if arrives + 240 * HOUR <= now:
            order.state = Order.State.COMPLETED
    return order


def _cancel(order: Order, dice: random.Random, now: dt.datetime) -> Order:
    order.cancelled_at = min(order.placed_at + dice.uniform(1, 30) * HOUR, now)
    order.cancelled_by = dice.choice(("merchant", "merchant", "buyer"))
    order.state = Order.State.CANCELLED
    return order


def _attack(merchant: Merchant, now: dt.datetime, dice: random.Random) -> Iterator[Order]:
    """Sixty orders of three buyers in one night, all with one star."""
    for number in range(60):
        order = _order(merchant, 90_000 + number, Character(cancelled=0, late=0, late_now=0), now, dice)
        order.placed_at = now - dt.timedelta(days=12) + number * dt.timedelta(minutes=2)
        order.ship_by, order.shipped_at = order.placed_at + 48 * HOUR, order.placed_at + 20 * HOUR
        order.delivered_at, order.state = order.placed_at + 70 * HOUR, Order.State.DELIVERED
        order.promised_at = order.placed_at + 120 * HOUR
        order.external_id = f"{order.placed_at:%m%d}-{merchant.pk:04d}-{ATTACK}{number:03d}"
        order.buyer_ref = f"b9{number % 3:04d}"
        yield order


def _line(order: Order, dice: random.Random) -> OrderLine:
    title, price = next(goods for goods in GOODS[order.merchant.category] if order.amount % goods[1] == 0)
    return OrderLine(
        merchant_id=order.merchant_id,
        order=order,
        number=1,
        product_ref=f"P{price}",
        title=title,
        category=order.merchant.category,
        quantity=order.amount // price,
        unit_price=price,
    )


def _shipment(order: Order, dice: random.Random) -> Shipment:
    return Shipment(
        merchant_id=order.merchant_id,
        order=order,
        external_id=f"{order.external_id}-1",
        carrier=dice.choice(CARRIERS),
        tracking_no=f"SF{dice.randint(10**11, 10**12 - 1)}",
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
    )


def _reviews(orders: list[Order], character: Character, now: dt.datetime, dice: random.Random) -> Iterator[Review]:
    for order in orders:
        attacked = order.external_id.startswith(ATTACK, 10)
        if order.delivered_at is None or (not attacked and dice.random() > 0.35):
            continue
        written = order.delivered_at + dice.uniform(2, 60) * HOUR
        if written > now:
            continue
        late = order.shipped_at is not None and order.ship_by is not None and order.shipped_at > order.ship_by
        bad = attacked or dice.random() < character.low_review * (4 if late else 1)
        yield Review(
            merchant_id=order.merchant_id,
            order=order,
            external_id=f"R-{order.external_id}",
            rating=dice.choice((1, 1, 2)) if bad else dice.choice((4, 5, 5, 5)),
            text=dice.choice(BLAME if bad else PRAISE),
            created_at=written,
        )
