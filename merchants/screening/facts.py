"""Gathering what the rule judges, for any number of applications with the same few queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from merchants.models import Application, CheckResult
from merchants.screening import sources
from merchants.screening.judging import Facts


def gather(applications: Iterable[Application], now: dt.datetime | None = None) -> dict[int, Facts]:
    """The facts of each application's present submission, by the application's id."""
    found = {each.pk: each for each in applications}
    now = now or timezone.now()
    outcomes = _outcomes(found)
    ages = sources.register_days(found.values(), now)
    agreements = sources.agreements(found.values())
    return {
        pk: Facts(
            shop_type=each.shop_type,
            category=each.category,
            needs_second_person=each.needs_second_person,
            checks=outcomes[pk],
            register_days=ages.get(pk, {}),
            agreement=agreements.get(pk),
        )
        for pk, each in found.items()
    }


def _outcomes(applications: dict[int, Application]) -> dict[int, dict[str, str]]:
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    results = CheckResult.objects.filter(application__in=applications).order_by("pk")
    for pk, submission, code, outcome in results.values_list("application", "submission", "code", "outcome"):
        if submission == applications[pk].submissions:
            rows[pk][code] = outcome
    return rows


def evidence(facts: Facts) -> dict[str, Any]:
    """The facts as a verdict keeps them."""
    return {
        "shop_type": facts.shop_type,
        "category": facts.category,
        "checks": dict(facts.checks),
        "register_days": {kind: round(days, 2) for kind, days in facts.register_days.items()},
        "agreement": facts.agreement,
    }
