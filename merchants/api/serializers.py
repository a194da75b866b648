"""How merchants and applications look in the API. Personal data are not part of it."""

import datetime as dt

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from merchants import selectors
from merchants.models import Application, Category, Merchant, ShopType

MERCHANT_EXAMPLE = {
    "id": 17,
    "external_id": "S-20931",
    "shop_name": "Wren & Willow",
    "legal_name": "杭州鹪柳家居有限公司",
    "uscc": "91330100MA0000P017",
    "shop_type": "multi_brand",
    "category": "home",
    "brand": "Wren",
    "region": "浙江",
    "legal_form": "有限责任公司",
    "registered_capital": "伍佰万元整",
    "established_on": "2019-05-20",
    "state": "active",
    "opened_at": "2024-03-06T09:00:00+08:00",
    "verified_at": "2026-09-02T10:00:00+08:00",
}
APPLICATION_EXAMPLE = {
    "number": "A-261121-0042",
    "shop_name": "安澜茶坊",
    "shop_type": "exclusive",
    "category": "food",
    "state": "in_review",
    "submissions": 1,
    "submitted_at": "2026-11-20T10:12:00+08:00",
    "promised_at": "2026-11-25T10:12:00+08:00",
    "decided_at": None,
    "merchant": None,
}


@extend_schema_serializer(examples=[OpenApiExample("A shop", MERCHANT_EXAMPLE, response_only=True)])
class MerchantSerializer(serializers.ModelSerializer[Merchant]):
    """A shop's public profile."""

    class Meta:
        model = Merchant
        fields = (
            "id", "external_id", "shop_name", "legal_name", "uscc", "shop_type", "category", "brand", "region",
            "legal_form", "registered_capital", "established_on", "state", "opened_at", "verified_at",
        )  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("In review", APPLICATION_EXAMPLE, response_only=True)])
class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """Where an application stands. `promised_at`: until when an answer was promised; null when nothing is awaited."""

    shop_type = serializers.ChoiceField(ShopType.choices, allow_blank=True, read_only=True)
    category = serializers.ChoiceField(Category.choices, allow_blank=True, read_only=True)
    promised_at = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            "number", "shop_name", "shop_type", "category", "state", "submissions", "submitted_at", "promised_at",
            "decided_at", "merchant",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_promised_at(self, application: Application) -> str | None:
        """From the view's one query for a page of them, if it made one."""
        if application.state not in Application.WITH_REVIEW:
            return None
        known: dict[int, dt.datetime] | None = self.context.get("promised")
        promised = selectors.promised_at(application) if known is None else known.get(application.pk)
        return serializers.DateTimeField().to_representation(promised) if promised else None
