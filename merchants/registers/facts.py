"""What public registers say about a company, as every provider has to bring it."""

import datetime as dt
from typing import Annotated, Literal

import msgspec

#: The registers that can be asked.
Kind = Literal["registration", "credit_record"]
KINDS: tuple[Kind, ...] = ("registration", "credit_record")

#: "active" is 存续 or 在业; "moved_out" is 迁出; the others are the end of a company or on the way to it.
Status = Literal["active", "revoked", "cancelled", "liquidation", "suspended", "moved_out", "other"]
ListingKind = Literal["abnormal", "serious", "dishonest_debtor", "tax", "other"]

_Short = Annotated[str, msgspec.Meta(max_length=300)]


class Registration(msgspec.Struct, frozen=True):
    """The entry of a company in the register of companies. What a register does not tell is empty."""

    name: _Short
    status: Status
    legal_person: _Short = ""
    legal_form: _Short = ""
    registered_capital: _Short = ""
    established_on: dt.date | None = None
    expires_on: dt.date | None = None
    address: _Short = ""
    scope: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    authority: _Short = ""


class Listing(msgspec.Struct, frozen=True):
    """An entry in a list of an authority or a court, such as the dishonest debtors (失信被执行人)."""

    kind: ListingKind
    since: dt.date | None = None
    until: dt.date | None = None
    authority: _Short = ""
    reason: _Short = ""


class Penalty(msgspec.Struct, frozen=True):
    """An administrative penalty (行政处罚). `amount` is in yuan, as printed."""

    decided_on: dt.date
    authority: _Short = ""
    reason: _Short = ""
    amount: _Short = ""
    reference: _Short = ""


class CreditRecord(msgspec.Struct, frozen=True):
    """What authorities and courts published about a company; empty tuples: nothing."""

    listings: Annotated[tuple[Listing, ...], msgspec.Meta(max_length=200)] = ()
    penalties: Annotated[tuple[Penalty, ...], msgspec.Meta(max_length=1000)] = ()


TYPES: dict[Kind, type[Registration] | type[CreditRecord]] = {
    "registration": Registration,
    "credit_record": CreditRecord,
}
