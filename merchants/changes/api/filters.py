"""What the lists of requests and re-verifications can be narrowed to."""

from django_filters import rest_framework as filters

from merchants.changes.models import ChangeRequest, Verification
from shopops.api.filters import IdFilter


class ChangeRequestFilter(filters.FilterSet):
    """Requests by shop, kind and state."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    kind = filters.ChoiceFilter(choices=ChangeRequest.Kind.choices)
    state = filters.ChoiceFilter(choices=ChangeRequest.State.choices)

    class Meta:
        model = ChangeRequest
        fields = ("merchant", "kind", "state")


class VerificationFilter(filters.FilterSet):
    """Re-verifications by shop and state."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    state = filters.ChoiceFilter(choices=Verification.State.choices)

    class Meta:
        model = Verification
        fields = ("merchant", "state")
