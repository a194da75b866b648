"""What complaints contribute to a merchant's home."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.selectors import waiting_for_merchant
from shopops.checkup import Finding, ToDo


def evaluate(merchant_id: int, now: dt.datetime) -> Finding:
    """Unanswered complaints are worth watching; they do not make a shop abnormal."""
    count = waiting_for_merchant(merchant_id).count()
    if not count:
        return Finding("ok", _("Normal"), _("No complaint waits for an answer."))
    text = ngettext("%(count)d complaint waits for your answer.", "%(count)d complaints wait for your answer.", count)
    return Finding(
        "caution", _("Watch"), text % {"count": count}, url=reverse("complaints:list"), link=_("Open complaints")
    )


def todos(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    """Answer before the time runs out."""
    return [
        ToDo(
            title=_("Complaint %(number)s waits for your answer") % {"number": complaint.number},
            text=_("%(kind)s, order %(order)s. Without an answer the platform decides on what the buyer says.")
            % {"kind": complaint.get_kind_display(), "order": complaint.order_reference},
            due=complaint.answer_due,
            verb=_("Answer"),
            url=reverse("complaints:detail", args=[complaint.pk]),
        )
        for complaint in waiting_for_merchant(merchant_id)[:5]
    ]
