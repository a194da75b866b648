"""Counting the scores of all merchants."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from merchants.credit import news, writing
from merchants.credit.policy import KIND, CreditPolicy, CurrentCreditPolicy
from merchants.credit.score import Priors, pooled_priors, score
from merchants.credit.traits import traits
from merchants.models import Merchant
from shopops.jobs.registry import Progress
from shopops.metrics.selectors import NOTHING, Table, evaluate, marketplace_day
from shopops.policies.selectors import active
from shopops.policies.trials import run_trials

#: Merchants per transaction.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Shop:
    """What scoring knows of a merchant beside its numbers."""

    pk: int
    category: str
    opened_on: dt.date


def score_merchants(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Count every merchant's score as of a moment and write what changed.

    Numbers are read once for all merchants; scoring is pure; each chunk is written in a transaction of its own,
    together with the messages about changed grades and how far the run came. One that goes on for a killed run leaves
    out the merchants which that one had written under the same policy. Raises NoPolicy without an active policy.
    """
    version, policy = active(KIND, CurrentCreditPolicy)
    scoring = Scoring(policy, as_of)
    day, shops = scoring.day, scoring.shops
    far = progress.cursor if progress.cursor.get("policy") == version.pk else {}
    counts = Counter({name: far.get(name, 0) for name in ("scored", "changed", "provisional", "grade_changes")})
    for chunk in _chunks([shop for shop in shops if shop.pk > far.get("last", 0)]):
        scored = [scoring.score(shop) for shop in chunk]
        with transaction.atomic():
            written = writing.write(scored, day=day, counted_at=timezone.now(), policy_version_id=version.pk)
            counts["grade_changes"] += news.record_grade_changes(written, day=day, policy_version_id=version.pk)
            counts["changed"] += len(written)
            counts["provisional"] += sum(each.provisional for each in scored)
            counts["scored"] += len(chunk)
            progress(counts["scored"], len(shops), cursor={"policy": version.pk, "last": chunk[-1].pk, **counts})
    tried = run_trials(KIND, as_of)
    return {**counts, "tried": tried} if tried else dict(counts)


class Scoring:
    """What scoring all merchants under one policy needs as of a moment, read once. Writes nothing."""

    def __init__(self, policy: CreditPolicy, as_of: dt.datetime) -> None:
        self.policy = policy
        self.day = marketplace_day(as_of)
        self._values = values_of_all(policy, as_of)
        self.shops = _shops_to_score(policy, as_of, self._values)
        self._priors = _priors_by_category(policy, self.shops, self._values)

    def score(self, shop: Shop) -> writing.Scored:
        """Score one of the shops."""
        own = self._values.get(shop.pk, {})
        volume = own.get(self.policy.grace.volume_metric, NOTHING).denominator
        provisional = is_provisional(self.policy, opened_on=shop.opened_on, volume=volume, day=self.day)
        return writing.Scored(shop.pk, provisional, score(self.policy, own, self._priors[shop.category]))


def values_of_all(policy: CreditPolicy, as_of: dt.datetime) -> Table:
    """Return the metrics and traits that the policy asks for, of all merchants."""
    values: Table = defaultdict(dict, evaluate(policy.metric_codes, as_of=as_of))
    for _component, item in policy.items:
        if item.trait:
            for merchant_id, value in traits.get(item.trait).evaluate(as_of).items():
                values[merchant_id][item.trait] = value
    return values


def is_provisional(policy: CreditPolicy, *, opened_on: dt.date, volume: int, day: dt.date) -> bool:
    """Whether a shop is so new, or has so few orders, that its score does not count yet."""
    return (day - opened_on).days < policy.grace.days or volume < policy.grace.minimum_volume


def _shops_to_score(policy: CreditPolicy, as_of: dt.datetime, values: Table) -> list[Shop]:
    """The merchants that are scored: not closed, and open at that moment or with facts from before it.

    Merchants taken over from elsewhere have facts older than their first day here.
    """

    def has_facts(pk: int) -> bool:
        own = values.get(pk, {})
        return any(own[code].denominator for code in policy.metric_codes if code in own)

    rows = Merchant.objects.exclude(state=Merchant.State.CLOSED).order_by("pk")
    return [
        Shop(pk, category, marketplace_day(opened_at))
        for pk, category, opened_at in rows.values_list("pk", "category", "opened_at").iterator(chunk_size=10_000)
        if opened_at <= as_of or has_facts(pk)
    ]


def _priors_by_category(policy: CreditPolicy, shops: Sequence[Shop], values: Table) -> dict[str, Priors]:
    members: dict[str, list[int]] = defaultdict(list)
    for shop in shops:
        members[shop.category].append(shop.pk)
    return {
        category: pooled_priors(policy, (values[pk] for pk in pks if pk in values)) for category, pks in members.items()
    }


def _chunks(shops: Sequence[Shop]) -> Iterator[list[Shop]]:
    remaining = iter(shops)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
