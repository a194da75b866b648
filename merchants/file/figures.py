"""The numbers of the file's head that metrics give; other apps register theirs."""

import datetime as dt

from django.utils.translation import gettext as _

from merchants.file import selectors
from merchants.file.parts import Figure, Figures
from merchants.models import Merchant
from shopops.metrics.registry import metrics
from shopops.metrics.selectors import Value, evaluate_one
from shopops.ui import formats

#: Shown when the metric is registered.
SHOWN = ("late_shipment_30d", "cancellation_30d", "review_average_90d")


def read(merchant: Merchant, now: dt.datetime) -> list[Figure]:
    """The main metrics over their windows, and the last contact."""
    known = [code for code in SHOWN if code in metrics]
    values = evaluate_one(merchant.pk, known, as_of=now)
    found = [
        Figure(str(metrics.get(code).label), _value(metrics.get(code).unit, values[code]), _counts(code, values[code]))
        for code in known
    ]
    contact = selectors.last_contact(merchant.pk)
    return [*found, Figure(_("Last contact"), formats.day(contact))]


def _value(unit: str, value: Value) -> str:
    if value.ratio is None:
        return formats.NOTHING
    return formats.percent(value.ratio) if unit == "percent" else formats.num(value.ratio, decimals=2)


def _counts(code: str, value: Value) -> str:
    if metrics.get(code).unit != "percent" or not value.denominator:
        return ""
    return _("%(part)s of %(whole)s") % {
        "part": formats.num(value.numerator),
        "whole": formats.num(value.denominator),
    }


FIGURES = Figures("metrics", read, order=20)
