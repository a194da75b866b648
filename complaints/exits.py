"""What complaints say when a shop wants to go."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.models import Complaint
from complaints.selectors import of_merchant, open_complaints
from merchants.exits.conditions import Condition, Finding
from merchants.exits.records import Section, Table
from merchants.models import Merchant


def undecided(merchant: Merchant) -> Finding:
    """Complaints that nobody has decided."""
    count = open_complaints().filter(merchant=merchant).count()
    if not count:
        return Finding(True, _("No complaint is open."))
    text = ngettext("%(count)d complaint is not decided.", "%(count)d complaints are not decided.", count)
    console = f"{reverse('admin:complaints_complaint_changelist')}?merchant__id__exact={merchant.pk}"
    return Finding(False, text % {"count": count}, count, console, reverse("complaints:list"))


def table(merchant: Merchant) -> Table:
    """Complaints with their decision; who complained and in which words stays out."""
    columns = [
        ("number", _("Complaint")),
        ("class", _("Class")),
        ("order", _("Order")),
        ("filed", _("Filed")),
        ("answer", _("Merchant's answer")),
        ("answered", _("Answered")),
        ("state", _("State")),
        ("decided", _("Decided")),
    ]
    return Table(columns, (_row(each) for each in of_merchant(merchant.pk).order_by("filed_at", "id").iterator(500)))


def _row(complaint: Complaint) -> tuple[object, ...]:
    return (
        *(complaint.number, complaint.get_kind_display(), complaint.order_reference, complaint.filed_at),
        *(complaint.answer, complaint.answered_at, complaint.get_state_display(), complaint.ruled_at),
    )


CONDITION = Condition("complaints", gettext_lazy("Undecided complaints"), undecided)
SECTION = Section("complaints", gettext_lazy("Complaints"), table)
