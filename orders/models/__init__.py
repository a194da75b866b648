"""Facts about orders, and the counters kept from them."""

from orders.models.counters import CounterClock, DayCounter, WindowCounter
from orders.models.imports import ImportRun
from orders.models.order import CancelledBy, Order, OrderLine
from orders.models.review import Review
from orders.models.shipment import Shipment

__all__ = [
    "CancelledBy",
    "CounterClock",
    "DayCounter",
    "ImportRun",
    "Order",
    "OrderLine",
    "Review",
    "Shipment",
    "WindowCounter",
]
