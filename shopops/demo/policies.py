"""Changes of policies on their way, so that whoever signs in can compare, read what the nights in shadow showed, and
decide: one waits for a second person, one is in shadow."""

import copy
from typing import Any

from shopops.accounts.models import User
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import active_version
from shopops.policies.services import create_draft, start_shadow, submit

RULES, SCORE = "warning_rules", "credit_score"


def seed(author: User) -> None:
    """Propose a higher minimum sample for late shipment, and put a stricter grade A into shadow; once."""
    if PolicyVersion.objects.filter(author=author).exists():
        return
    body = _body(RULES)
    rule = next(each for each in body["rules"] if each["code"] == "late_shipment")
    rule["minimum_sample"], rule["hours"] = 20, 360
    why = "Small shops were warned after two late orders; they also get a day more to rectify."
    draft = create_draft(kind=kinds.get(RULES), author=author, body=body, note=why)
    submit(version=start_shadow(version=draft, actor=author), actor=author, note=why)

    body = _body(SCORE)
    body["grades"][0]["floor"] += 30
    draft = create_draft(kind=kinds.get(SCORE), author=author, body=body, note="Is grade A too easy to reach?")
    start_shadow(version=draft, actor=author)


def _body(kind: str) -> dict[str, Any]:
    current = active_version(kind)
    assert current is not None
    return copy.deepcopy(current.body)
