"""What the list of orders can be narrowed to."""

from django_filters import rest_framework as filters

from orders.models import Order
from shopops.api.filters import IdFilter, NameFilter


class OrderFilter(filters.FilterSet):
    """`placed_at_after` is included, `placed_at_before` is not: neighbouring ranges neither overlap nor leave a gap."""

    external_id = NameFilter(help_text="The order number, in full.")
    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    state = filters.ChoiceFilter(choices=Order.State.choices)
    placed_at_after = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte", help_text="ISO 8601.")
    placed_at_before = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt", help_text="ISO 8601.")

    class Meta:
        model = Order
        fields = ("external_id", "merchant", "state")
