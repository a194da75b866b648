"""The facts behind a finding as a table: what was counted, as it stood then, and how it stands now."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from merchants.models import Document
from orders.models import Order
from orders.models.order import CancelledBy
from shopops.policies.kinds import Text
from shopops.ui import formats
from warning_center.models import WarningFact


@dataclass(frozen=True)
class Column:
    """A heading; numbers are set to the right, words that people typed keep their lines."""

    label: str
    is_number: bool = False
    is_prose: bool = False


@dataclass(frozen=True)
class State:
    """How a fact stands now, as a tag."""

    tone: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cell:
    """A value under its column; a tag if it has a tone."""

    column: Column
    value: str | State

    @property
    def tone(self) -> str:
        """The tag's tone, empty for plain text."""
        return self.value.tone if isinstance(self.value, State) else ""


@dataclass(frozen=True)
class Row:
    """One fact: its name, the page that shows it ("" = none), the cells after the name."""

    name: str
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """Facts of one kind. `columns` starts with the name's."""

    columns: list[Column]
    rows: list[Row]


def table(facts: Sequence[WarningFact], now: dt.datetime) -> Table | None:
    """Return the facts of one finding, which are of one kind, as a table; one query. None without facts."""
    if not facts:
        return None
    return _BUILDERS[facts[0].kind](facts, now)


def _moment(fact: WarningFact, name: str) -> dt.datetime | None:
    value = fact.data.get(name)
    return parse_datetime(value) if value else None


def _date(fact: WarningFact, name: str) -> dt.date | None:
    value = fact.data.get(name)
    return parse_date(value) if value else None


def _late_orders(facts: Sequence[WarningFact], now: dt.datetime) -> Table:
    present = _orders_by_id(fact.object_id for fact in facts)
    columns = [
        Column(_("Order")),
        Column(_("Ship by")),
        Column(pgettext("time", "Shipped")),
        Column(_("Late by"), True),
    ]
    columns += [Column(_("Amount"), True), Column(_("Now"))]
    rows = []
    for fact in facts:
        due, sent = _moment(fact, "ship_by"), _moment(fact, "shipped_at")
        values: list[str | State] = [
            formats.at(due),
            formats.at(sent) if sent else _("not yet"),
            formats.duration(sent - due) if sent and due else formats.NOTHING,
            _amount(fact),
            _order_now(present.get(fact.object_id), now),
        ]
        rows.append(_row(fact.label, _order_page(present.get(fact.object_id)), columns, values))
    return Table(columns, rows)


def _cancelled_orders(facts: Sequence[WarningFact], now: dt.datetime) -> Table:
    present = _orders_by_id(fact.object_id for fact in facts)
    columns = [
        Column(_("Order")),
        Column(pgettext("time", "Placed")),
        Column(pgettext("time", "Cancelled")),
        Column(_("Cancelled by")),
    ]
    columns += [Column(_("Amount"), True), Column(_("Now"))]
    rows = []
    for fact in facts:
        values: list[str | State] = [
            formats.at(_moment(fact, "placed_at")),
            formats.at(_moment(fact, "cancelled_at")),
            _who(fact.data.get("cancelled_by", "")),
            _amount(fact),
            _order_now(present.get(fact.object_id), now),
        ]
        rows.append(_row(fact.label, _order_page(present.get(fact.object_id)), columns, values))
    return Table(columns, rows)


def _row(name: str, url: str, columns: Sequence[Column], values: Sequence[str | State]) -> Row:
    return Row(name, url, [Cell(column, value) for column, value in zip(columns[1:], values, strict=True)])


def _orders_by_id(ids: Iterable[int | None]) -> dict[int, Order]:
    return Order.objects.in_bulk([pk for pk in ids if pk])


def _amount(fact: WarningFact) -> str:
    return formats.money(fact.data.get("amount"), fact.data.get("currency", ""))


def _who(code: str) -> str:
    return str(CancelledBy(code).label) if code in CancelledBy.values else formats.NOTHING


def _order_now(order: Order | None, now: dt.datetime) -> State:
    if order is None:
        return State("neutral", _("No longer there"))
    if order.is_excluded:
        return State("info", _("No longer counted"))
    if order.is_open:
        tone = "danger" if order.is_late(now) else "caution"
        return State(tone, _("Still to ship"))
    return State("neutral" if order.cancelled_at else "ok", str(order.get_state_display()))


def _order_page(order: Order | None) -> str:
    return reverse("orders:detail", args=[order.pk]) if order else ""


def _reviews(facts: Sequence[WarningFact], now: dt.datetime) -> Table:
    present = _orders_by_id(fact.data.get("order_id") for fact in facts)
    columns = [
        Column(_("Order")),
        Column(_("Stars"), True),
        Column(_("What the buyer wrote"), is_prose=True),
        Column(pgettext("time", "Written")),
    ]
    rows = [
        _row(
            fact.label,
            _order_page(present.get(fact.data.get("order_id") or 0)),
            columns,
            [
                formats.num(fact.data.get("rating")),
                fact.data.get("text") or _("no words"),
                formats.at(_moment(fact, "written_at")),
            ],
        )
        for fact in facts
    ]
    return Table(columns, rows)


def _documents(facts: Sequence[WarningFact], now: dt.datetime) -> Table:
    present = Document.objects.in_bulk([fact.object_id for fact in facts])
    columns = [Column(_("Document")), Column(_("Number")), Column(_("Valid until")), Column(_("Now"))]
    rows = [
        _row(
            str(Text(**fact.data["document"])),
            "",
            columns,
            [
                fact.data.get("number") or formats.NOTHING,
                formats.day(_date(fact, "expires_on"), year="always"),
                _document_now(present.get(fact.object_id), fact),
            ],
        )
        for fact in facts
    ]
    return Table(columns, rows)


def _document_now(document: Document | None, fact: WarningFact) -> State:
    if document is None or document.replaced_at:
        return State("ok", _("Replaced"))
    if document.expires_on != _date(fact, "expires_on"):
        return State("ok", _("Date corrected"))
    return State("danger", _("Not renewed yet"))


_BUILDERS: dict[str, Callable[[Sequence[WarningFact], dt.datetime], Table]] = {
    WarningFact.Kind.LATE_ORDER: _late_orders,
    WarningFact.Kind.CANCELLED_ORDER: _cancelled_orders,
    WarningFact.Kind.REVIEW: _reviews,
    WarningFact.Kind.DOCUMENT: _documents,
}


def csv_rows(facts: Iterable[WarningFact]) -> list[list[Any]]:
    """Return the facts with all their values as they were kept, for machines: a heading and one row each.

    Amounts are whole units of their currency.
    """
    every = list(facts)
    names = list(dict.fromkeys(name for fact in every for name in fact.data if name != "document"))
    return [
        ["kind", "name", *names],
        *([fact.kind, fact.label, *(_plain(fact, name) for name in names)] for fact in every),
    ]


def _plain(fact: WarningFact, name: str) -> Any:
    value = fact.data.get(name, "")
    return formats.units(value, fact.data["currency"]) if name == "amount" else value
