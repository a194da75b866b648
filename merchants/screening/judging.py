"""Whether a rule would approve an application. Pure: no database, no clock."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from merchants.screening.policy import ALWAYS_PASSED, AutoApprovalPolicy

PASS, UNSURE = "pass", "unsure"


@dataclass(frozen=True)
class Facts:
    """What is known of one submission.

    `checks`: outcome by code; `register_days`: age of the answer by register, without those that never answered;
    `agreement`: share of the fields read from the licence that equal the form, None without a reading.
    """

    shop_type: str
    category: str
    needs_second_person: bool = False
    checks: Mapping[str, str] = field(default_factory=dict)
    register_days: Mapping[str, float] = field(default_factory=dict)
    agreement: float | None = None


@dataclass(frozen=True)
class Reason:
    """Why a person has to decide: a code of `words.SENTENCES` and what fills the sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """The verdict with everything that stands against it; nothing does when `would_approve`."""

    would_approve: bool
    reasons: tuple[Reason, ...]


def judge(facts: Facts, policy: AutoApprovalPolicy) -> Judgement:
    """Say whether the policy would approve, with every reason why not.

    Monotone: a worse check, an older answer, a poorer agreement never turn a no into a yes.
    """
    reasons = (*_kind(facts, policy), *_checks(facts, policy), *_registers(facts, policy), *_reading(facts, policy))
    return Judgement(not reasons, reasons)


def _kind(facts: Facts, policy: AutoApprovalPolicy) -> list[Reason]:
    found = []
    if facts.needs_second_person:
        found.append(Reason("high_risk"))
    if facts.shop_type not in policy.shop_types:
        found.append(Reason("shop_type", {"shop_type": facts.shop_type}))
    if facts.category not in policy.categories:
        found.append(Reason("category", {"category": facts.category}))
    return found


def _checks(facts: Facts, policy: AutoApprovalPolicy) -> list[Reason]:
    owed = dict.fromkeys([*policy.must_pass, *sorted(ALWAYS_PASSED)])
    missing = [Reason("check_missing", {"check": code}) for code in owed if code not in facts.checks]
    lenient = set(policy.may_be_unsure) - owed.keys()
    worse = [
        Reason("check", {"check": code, "outcome": outcome})
        for code, outcome in facts.checks.items()
        if outcome != PASS and not (outcome == UNSURE and code in lenient)
    ]
    return [*missing, *worse]


def _registers(facts: Facts, policy: AutoApprovalPolicy) -> list[Reason]:
    found = []
    for kind in policy.registers:
        age = facts.register_days.get(kind)
        if age is None:
            found.append(Reason("register_missing", {"register": kind}))
        elif age > policy.register_days:
            found.append(Reason("register_old", {"register": kind, "days": int(age)}))
    return found


def _reading(facts: Facts, policy: AutoApprovalPolicy) -> list[Reason]:
    if not policy.min_agreement:
        return []
    if facts.agreement is None:
        return [Reason("not_read")]
    if facts.agreement < policy.min_agreement:
        return [Reason("agreement", {"share": facts.agreement})]
    return []


def drawn_for_people(number: str, share: float) -> bool:
    """Whether an application that would be approved goes to a person all the same: by a hash of its number, so that
    the draw can be repeated by anybody, and a larger share only adds to a smaller one."""
    drawn = hashlib.sha256(f"auto_approval:{number}".encode()).digest()
    return int.from_bytes(drawn[:8]) < share * 2**64
