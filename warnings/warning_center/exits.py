"""What warnings say when a shop wants to go."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.exits.conditions import Condition, Finding
from merchants.exits.records import Section, Table
from merchants.models import Merchant
from warning_center import selectors
from warning_center.models import Warning


def live(merchant: Merchant) -> Finding:
    """Warnings that are not closed; they end with the shop, so the policy shows them for information."""
    count = selectors.live(merchant.pk).count()
    if not count:
        return Finding(True, _("No warning is open."))
    text = ngettext("%(count)d warning is open.", "%(count)d warnings are open.", count)
    console = f"{reverse('admin:warnings_warning_changelist')}?merchant__id__exact={merchant.pk}"
    return Finding(False, text % {"count": count}, count, console, reverse("warnings:list"))


def table(merchant: Merchant) -> Table:
    """Every warning, with how it ended."""
    columns = [
        ("number", _("Warning")),
        ("title", _("Title")),
        ("intensity", _("Intensity")),
        ("cause", _("Cause")),
        ("issued", _("Issued")),
        ("state", _("State")),
    ]
    found = selectors.of_merchants([merchant.pk]).order_by("opened_at", "id")
    return Table(columns, (_row(each) for each in found.select_related("policy_version").iterator(500)))


def _row(warning: Warning) -> tuple[object, ...]:
    return (
        *(str(warning.pk), warning.title, warning.get_intensity_display(), warning.get_cause_display()),
        *(warning.opened_at, warning.get_state_display()),
    )


CONDITION = Condition("warnings", gettext_lazy("Warnings not closed"), live)
SECTION = Section("warnings", gettext_lazy("Warnings"), table)
