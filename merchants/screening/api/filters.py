"""What the list of requests can be narrowed to."""

from django_filters import rest_framework as filters

from merchants.screening.models import OpinionRequest


class OpinionRequestFilter(filters.FilterSet):
    """Requests by state."""

    state = filters.ChoiceFilter(choices=OpinionRequest.State.choices)

    class Meta:
        model = OpinionRequest
        fields = ("state",)
