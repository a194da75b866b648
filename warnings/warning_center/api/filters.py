"""What the list of warnings can be narrowed to."""

from django_filters import rest_framework as filters

from shopops.api.filters import IdFilter
from warning_center.choices import Intensity, Type
from warning_center.models import Warning


class WarningFilter(filters.FilterSet):
    """Warnings by shop, state, type and intensity."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    state = filters.ChoiceFilter(choices=Warning.State.choices)
    type = filters.ChoiceFilter(choices=Type.choices)
    intensity = filters.ChoiceFilter(choices=Intensity.choices, help_text="1 weak, 2 medium, 3 strong.")

    class Meta:
        model = Warning
        fields = ("merchant", "state", "type", "intensity")
