"""What the lists of shops and applications can be narrowed to."""

from django_filters import rest_framework as filters

from merchants.models import Application, Category, Merchant, ShopType
from shopops.api.filters import NameFilter


class MerchantFilter(filters.FilterSet):
    """Shops by the marketplace's own id, state, type and category."""

    external_id = NameFilter(help_text="The marketplace's own id of the merchant, in full.")
    state = filters.ChoiceFilter(choices=Merchant.State.choices)
    shop_type = filters.ChoiceFilter(choices=ShopType.choices)
    category = filters.ChoiceFilter(choices=Category.choices)

    class Meta:
        model = Merchant
        fields = ("external_id", "state", "shop_type", "category")


class ApplicationFilter(filters.FilterSet):
    """Applications by state."""

    state = filters.ChoiceFilter(choices=Application.State.choices)

    class Meta:
        model = Application
        fields = ("state",)
