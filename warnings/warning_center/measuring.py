"""Measuring all merchants at once: what every rule finds, as of a moment. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, cast

from django.utils import timezone

from merchants import policy as onboarding
from merchants import selectors as merchants
from merchants.models import Document
from shopops.metrics import selectors as metric_selectors
from shopops.metrics.registry import metrics
from shopops.metrics.selectors import NOTHING, Value, marketplace_day
from warning_center.choices import Unit
from warning_center.policy import DocumentRule, MetricRule, Rule, WarningRules
from warning_center.rules import Judgement, Verdict, judge, judge_document


class Subject(NamedTuple):
    """What a warning is about: one rule, for one merchant, for one thing of the shop ("" = the shop itself)."""

    merchant_id: int
    rule: str
    key: str = ""


@dataclass(frozen=True)
class Measurement:
    """A number, its window and the rule's judgement on it."""

    judgement: Judgement
    numerator: int
    denominator: int
    limit: float
    unit: str
    window_start: dt.date
    window_end: dt.date
    params: dict[str, Any] = field(default_factory=dict)
    #: When time runs out by the nature of the thing (a document's last day), if it does.
    ends_at: dt.datetime | None = None

    @property
    def figure(self) -> dict[str, Any]:
        """The fields of `models.Figure`."""
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "limit": Decimal(str(self.limit)),
            "unit": self.unit,
            "window_start": self.window_start,
            "window_end": self.window_end,
            "params": self.params,
        }


class Gauge:
    """Everything that rules need to know about some merchants as of one moment, read in a few statements.

    `merchant_ids` None means all of them.
    """

    def __init__(
        self, policies: Iterable[WarningRules], *, as_of: dt.datetime, merchant_ids: list[int] | None = None
    ) -> None:
        self.as_of = as_of
        self.day = marketplace_day(as_of)
        every = list(policies)
        codes = list(dict.fromkeys(rule.metric for body in every for rule in body.metric_rules))
        self._values = metric_selectors.evaluate(codes, as_of=as_of, merchant_ids=merchant_ids)
        ahead = max((rule.days for body in every for rule in body.document_rules), default=None)
        self._documents = {} if ahead is None else _documents(as_of, ahead, merchant_ids)

    @classmethod
    def of_rule(cls, rule: Rule, *, as_of: dt.datetime, merchant_id: int) -> "Gauge":
        """Read only what one rule needs to know about one merchant."""
        return cls([WarningRules(rules=(rule,))], as_of=as_of, merchant_ids=[merchant_id])

    @property
    def merchant_ids(self) -> set[int]:
        """Every merchant something is known about."""
        return self._values.keys() | self._documents.keys()

    def measure(self, rule: Rule, merchant_id: int) -> Mapping[str, Measurement]:
        """Return what a rule measures at a merchant, by subject key; no document that is valid for long."""
        if isinstance(rule, MetricRule):
            value = self._values.get(merchant_id, {}).get(rule.metric, NOTHING)
            return {"": self._of_metric(rule, value, judge(rule, value))}
        found = (self._of_document(rule, document) for document in self._documents.get(merchant_id, []))
        return {key: measurement for key, measurement in found if measurement.judgement.verdict == Verdict.BEYOND}

    def beyond(self, rule: Rule) -> Iterator[tuple[int, str, Measurement]]:
        """Yield every (merchant id, subject key, measurement) that a rule finds beyond its limit."""
        if isinstance(rule, DocumentRule):
            for merchant_id in self._documents:
                for key, measurement in self.measure(rule, merchant_id).items():
                    yield merchant_id, key, measurement
            return
        for merchant_id, values in self._values.items():
            value = values.get(rule.metric, NOTHING)
            judgement = judge(rule, value)
            if judgement.verdict == Verdict.BEYOND:
                yield merchant_id, "", self._of_metric(rule, value, judgement)

    @cached_property
    def _document_types(self) -> Mapping[str, onboarding.DocumentType]:
        return onboarding.active()[1].documents

    def _name_of(self, document_type: str) -> dict[str, str]:
        """Return a type of document in every language, as the onboarding policy calls it today."""
        known = self._document_types.get(document_type)
        return {"en": known.name.en, "zh": known.name.zh} if known else {"en": document_type, "zh": document_type}

    def _of_metric(self, rule: MetricRule, value: Value, judgement: Judgement) -> Measurement:
        metric = metrics.get(rule.metric)
        # The days of the facts: with a settling delay they count later than they happened.
        end = self.day - dt.timedelta(days=metric.settling)
        return Measurement(
            judgement=judgement,
            numerator=value.numerator,
            denominator=value.denominator,
            limit=rule.limit,
            unit=metric.unit,
            window_start=end - dt.timedelta(days=metric.window),
            window_end=end,
        )

    def _of_document(self, rule: DocumentRule, document: Document) -> tuple[str, Measurement]:
        assert document.expires_on is not None
        days_left = (document.expires_on - self.day).days
        return document_key(document), Measurement(
            judgement=judge_document(rule, days_left),
            numerator=days_left,
            denominator=1,
            limit=rule.days,
            unit=Unit.DAYS,
            window_start=self.day,
            window_end=self.day,
            params={
                "document": self._name_of(document.type),
                "document_id": document.pk,
                "expires_on": document.expires_on.isoformat(),
            },
            ends_at=_end_of(document.expires_on),
        )


def _documents(as_of: dt.datetime, ahead: int, merchant_ids: list[int] | None) -> dict[int, list[Document]]:
    """Documents that end within so many days, by merchant."""
    ending = merchants.documents_expiring(as_of, ahead)
    if merchant_ids is not None:
        ending = ending.filter(merchant_id__in=merchant_ids)
    found: dict[int, list[Document]] = defaultdict(list)
    for document in ending:
        found[cast(int, document.merchant_id)].append(document)
    return found


def document_key(document: Document) -> str:
    """Return the subject key of a document and its end: with another date it is another matter, due at another time."""
    return f"document:{document.pk}:{document.expires_on}"


def _end_of(day: dt.date) -> dt.datetime:
    """Return the end of a marketplace day."""
    following = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    return timezone.make_aware(following, timezone.get_default_timezone())
