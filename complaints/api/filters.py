"""What the list of complaints can be narrowed to."""

from django_filters import rest_framework as filters

from complaints.models import Complaint, Kind, State
from shopops.api.filters import IdFilter, NameFilter


class ComplaintFilter(filters.FilterSet):
    """Complaints by shop, order, class and state."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    order_reference = NameFilter(help_text="The order number, in full.")
    kind = filters.ChoiceFilter(choices=Kind.choices)
    state = filters.ChoiceFilter(choices=State.choices)

    class Meta:
        model = Complaint
        fields = ("merchant", "order_reference", "kind", "state")
