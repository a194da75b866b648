"""What the figures in job results are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIGURES = {
    "activated": pgettext_lazy("job result", "brought into force"),
    "checked": _("checked"),
    "day": _("counted up to"),
    "days_moved": _("days moved"),
    "deleted": pgettext_lazy("job result", "deleted"),
    "ended": _("windows ended"),
    "escalated": _("escalated"),
    "expired": _("expired"),
    "changed": pgettext_lazy("job result", "changed"),
    "failing": pgettext_lazy("job result", "jobs failing"),
    "grade_changes": _("grade changes"),
    "held": pgettext_lazy("job result", "held back"),
    "lapsed": pgettext_lazy("job result", "windows lapsed"),
    "late": pgettext_lazy("job result", "jobs late"),
    "merchants": _("merchants"),
    "notices": _("notices"),
    "opened": _("opened"),
    "provisional": _("provisional"),
    "recipients": _("recipients"),
    "revoked": _("revoked"),
    "scored": _("scored"),
    "skipped": _("skipped"),
    "started": _("windows started"),
    "tried": pgettext_lazy("job result", "tried in shadow"),
    "wrong_days": _("day counters repaired"),
    "wrong_windows": _("window counters repaired"),
}


def in_words(result: dict[str, object]) -> str:
    """A result in the reader's language: "checked 200 · opened 12"; a figure without a name keeps its key."""
    return " · ".join(f"{FIGURES.get(name, name)} {value}" for name, value in result.items())
