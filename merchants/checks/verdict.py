"""What a check is given and what it answers: plain values, no database."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from merchants.policy import OnboardingPolicy
from merchants.registers.facts import CreditRecord, Kind, Registration

Outcome = Literal["fail", "unsure", "pass"]


@dataclass(frozen=True)
class Verdict:
    """`evidence` names a sentence of `merchants.checks.words`; `params` fill it and are JSON."""

    outcome: Outcome
    evidence: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A current document as its owner described it."""

    id: int
    type: str
    number: str = ""
    holder: str = ""
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None
    grantor: str = ""
    brand: str = ""


@dataclass(frozen=True)
class Relative:
    """A shop or an open application that shares something with this one.

    `shared`: "uscc", "person", "phone", "bank", "device"; "name" for a similar one, `alike` then says how much (0-1).
    """

    name: str
    shared: tuple[str, ...]
    is_shop: bool
    closed: bool = False
    suspended: bool = False
    alike: float = 0.0


@dataclass(frozen=True)
class Enquiry:
    """How far a question to a public register has come.

    `facts` is None without an answer that counts; `found` False: the register knows no such company. Without an answer
    `asked_at` and `again_at` say when it was asked last and will be asked again, if it was and will be.
    """

    facts: Registration | CreditRecord | None = None
    found: bool = True
    source: str = ""
    asked_at: dt.datetime | None = None
    again_at: dt.datetime | None = None


@dataclass(frozen=True)
class Sample:
    """A reviewer's judgement of sample goods."""

    passed: bool
    judged_on: dt.date
    items: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the checks look at, on the day `today`."""

    policy: OnboardingPolicy
    today: dt.date
    shop_type: str
    category: str
    legal_name: str = ""
    shop_name: str = ""
    brand: str = ""
    uscc: str = ""
    scope: str = ""
    legal_person: str = ""
    id_number: str = ""
    address: str = ""
    legal_form: str = ""
    registered_capital: str = ""
    established_on: dt.date | None = None
    papers: tuple[Paper, ...] = ()
    #: What a machine read from the current licence, by field name of the application; empty without a reading.
    reading: Mapping[str, str] = field(default_factory=dict)
    #: By kind of register: "registration", "credit_record"; empty when no register is connected.
    registers: Mapping[Kind, Enquiry] = field(default_factory=dict)
    sample: Sample | None = None
    relatives: tuple[Relative, ...] = ()

    @property
    def is_individual(self) -> bool:
        """A natural person without a business licence: no credit code, no scope (E-Commerce Law art. 10)."""
        return self.shop_type == "individual"


def ok(evidence: str, **params: Any) -> Verdict:
    return Verdict("pass", evidence, params)


def unsure(evidence: str, **params: Any) -> Verdict:
    return Verdict("unsure", evidence, params)


def fail(evidence: str, **params: Any) -> Verdict:
    return Verdict("fail", evidence, params)
