"""What a check is given and what it answers: plain values, no database."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from merchants.policy import OnboardingPolicy

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


@dataclass(frozen=True)
class Relative:
    """A shop or an open application that shares something with this one: "uscc", "person", "phone"."""

    name: str
    shared: tuple[str, ...]
    is_shop: bool
    closed: bool = False
    suspended: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything the checks look at, on the day `today`."""

    policy: OnboardingPolicy
    today: dt.date
    shop_type: str
    category: str
    legal_name: str = ""
    uscc: str = ""
    scope: str = ""
    legal_person: str = ""
    id_number: str = ""
    papers: tuple[Paper, ...] = ()
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
