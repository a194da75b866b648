"""Warnings and facts as CSV files that spreadsheets open in either language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from warning_center.clock import due_dates
from warning_center.models import Warning

HEADING = (
    *("number", "shop", "title", "type", "intensity", "cause", "state", "issued_at", "due_at", "closed_at"),
    *("rule", "policy_version", "numerator", "denominator", "limit", "unit", "first_day", "last_day", "link"),
)


def warning_rows(warnings: Sequence[Warning]) -> list[Sequence[Any]]:
    """Return a heading and one row per warning; needs `merchant` and `policy_version` selected."""
    due = due_dates(warnings)
    return [
        HEADING,
        *(
            [
                warning.number,
                warning.merchant.shop_name,
                warning.title,
                warning.type,
                warning.intensity,
                warning.cause,
                warning.state,
                warning.opened_at.isoformat(),
                due[warning.pk].isoformat(),
                warning.closed_at.isoformat() if warning.closed_at else "",
                warning.rule,
                warning.policy_version.number,
                warning.numerator,
                warning.denominator,
                warning.limit,
                warning.unit,
                warning.window_start,
                warning.last_day,
                f"{settings.SITE_URL}{warning.get_absolute_url()}",
            ]
            for warning in warnings
        ),
    ]
