"""What the list of exits can be narrowed to."""

from django_filters import rest_framework as filters

from merchants.exits.models import Exit, Kind, State
from shopops.api.filters import IdFilter


class ExitFilter(filters.FilterSet):
    """Exits by shop, kind and state."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    kind = filters.ChoiceFilter(choices=Kind.choices)
    state = filters.ChoiceFilter(choices=State.choices)

    class Meta:
        model = Exit
        fields = ("merchant", "kind", "state")
