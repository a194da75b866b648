"""The parts of a mapping as msgspec types: a TOML file that does not fit them is refused, naming the place."""

from typing import Annotated, Literal

import msgspec

from orders.importing.expressions import Columns, Kind, Known
from orders.importing.rejects import Reason
from orders.importing.values import currencies

Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,30}$")]
Expression = str | list[str]
LARGEST_INTEGER = 2**31 - 1


class Column(msgspec.Struct, forbid_unknown_fields=True):
    """A column of a file: its header (or the first that exists of several) and how its values are read.

    `max` is the longest text (default 64) or the greatest integer, `min` the smallest integer. `values` translates a
    choice; what it does not name becomes `default`, and without one the row is rejected. An empty value becomes
    `default`, too, unless the column is `required`. `title_case` is for names in small letters. A file may do without
    an `optional` column.
    """

    type: Literal["text", "integer", "money", "time", "choice", "currency"] = "text"
    column: str | list[str] = ""
    required: bool = False
    optional: bool = False
    max: int | None = None
    min: int = 0
    values: dict[str, str] = {}
    default: str | None = None
    title_case: bool = False

    def headers(self, name: str) -> list[str]:
        """The headers it may have; without any, `name`, its name in the mapping."""
        if not self.column:
            return [name]
        return [self.column] if isinstance(self.column, str) else self.column

    def header(self, name: str) -> str:
        """What people call it."""
        return self.headers(name)[0]

    @property
    def longest(self) -> int:
        """How long a text may be."""
        return self.max if self.max is not None else 64

    @property
    def greatest(self) -> int:
        """How great an integer may be."""
        return self.max if self.max is not None else LARGEST_INTEGER

    @property
    def known(self) -> Known:
        """What expressions may rely on."""
        match self.type:
            case "choice":
                allowed = frozenset({*self.values.values(), *([] if self.default is None else [self.default])})
                return Known("text", max(map(len, allowed), default=0), allowed=allowed)
            case "currency":
                return Known("text", 3, allowed=currencies())
            case "text":
                return Known("text", self.longest)
            case _:
                return Known(self.type, low=self.min, high=self.greatest)


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A CSV file. Rows with the same `key` are duplicates; rows of one `group` land together or not at all."""

    name: str
    columns: dict[Name, Column]
    key: list[Name] = []
    group: list[Name] = []
    optional: bool = False


class Check(msgspec.Struct, forbid_unknown_fields=True):
    """Rows of one file that must have a partner in another, or are rejected for `reason`."""

    rows: Name
    must_be_in: Name
    by: list[Name]
    reason: Reason


class Entity(msgspec.Struct, forbid_unknown_fields=True, rename={"source": "from"}):
    """Where a fact comes from: a file, the files joined to it, and one expression per field.

    `only_if` leaves out rows where that expression is empty.
    """

    source: Name
    fields: dict[Name, Expression]
    join: list[str] = []
    only_if: str = ""


class Mapping(msgspec.Struct, forbid_unknown_fields=True):
    """A whole mapping. Times without an offset are in `time_zone` ("marketplace": in its own); amounts are in units of
    `currency`.
    """

    title: str
    time_zone: str
    currency: str
    files: dict[Name, File]
    order: Entity
    merchant: Entity | None = None
    line: Entity | None = None
    shipment: Entity | None = None
    review: Entity | None = None
    checks: list[Check] = []
    encodings: list[str] = msgspec.field(default_factory=lambda: ["utf-8"])
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    dates: list[str] = msgspec.field(default_factory=lambda: ["iso"])


#: Fields of each fact: (kind, whether it must be given). Categories and opening days of merchants follow from orders.
FIELDS: dict[str, dict[str, tuple[Kind, bool]]] = {
    "merchant": {"external_id": ("text", True), "shop_name": ("text", True), "region": ("text", False)},
    "order": {
        "merchant": ("text", True),
        "external_id": ("text", True),
        "state": ("text", False),
        "placed_at": ("time", True),
        **dict.fromkeys(
            ("paid_at", "ship_by", "shipped_at", "promised_at", "delivered_at", "cancelled_at", "source_updated_at"),
            ("time", False),
        ),
        "cancelled_by": ("text", False),
        "amount": ("money", True),
        "freight": ("money", False),
        "currency": ("text", False),
        "buyer_ref": ("text", False),
        "region": ("text", False),
    },
    "line": {
        "merchant": ("text", False),
        "order": ("text", True),
        "number": ("integer", True),
        "product_ref": ("text", False),
        "title": ("text", False),
        "category": ("text", False),
        "quantity": ("integer", False),
        "unit_price": ("money", True),
    },
    "shipment": {
        "merchant": ("text", False),
        "order": ("text", True),
        "external_id": ("text", True),
        "carrier": ("text", False),
        "tracking_no": ("text", False),
        "shipped_at": ("time", False),
        "delivered_at": ("time", False),
    },
    "review": {
        "merchant": ("text", False),
        "order": ("text", True),
        "external_id": ("text", True),
        "rating": ("integer", True),
        "title": ("text", False),
        "text": ("text", False),
        "created_at": ("time", True),
    },
}


def alternatives(expression: Expression) -> list[str]:
    """The expressions of a field, of which the first that is not empty counts."""
    return [expression] if isinstance(expression, str) else expression


def columns_of(mapping: Mapping) -> Columns:
    """file → column → what expressions may rely on."""
    return {code: {name: column.known for name, column in file.columns.items()} for code, file in mapping.files.items()}
