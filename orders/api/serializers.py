"""How orders look in the API. Amounts are minor units (fen, cents) of `currency`."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from orders.models import CancelledBy, Order, OrderLine, Review, Shipment

ORDER_EXAMPLE: dict[str, Any] = {
    "id": 90210,
    "merchant": 17,
    "external_id": "20261118-77310",
    "state": "shipped",
    "placed_at": "2026-11-18T20:40:00+08:00",
    "paid_at": "2026-11-18T20:41:00+08:00",
    "ship_by": "2026-11-20T20:40:00+08:00",
    "shipped_at": "2026-11-19T15:02:00+08:00",
    "promised_at": "2026-11-23T20:40:00+08:00",
    "delivered_at": None,
    "cancelled_at": None,
    "cancelled_by": "",
    "amount": 12900,
    "freight": 600,
    "total": 13500,
    "currency": "CNY",
    "buyer_ref": "b-5512",
    "region": "浙江",
    "is_excluded": False,
    "excluded_reason": "",
}
ORDER_DETAIL_EXAMPLE: dict[str, Any] = {
    **ORDER_EXAMPLE,
    "lines": [
        {
            "number": 1,
            "product_ref": "SKU-118",
            "title": "Cushion cover, linen",
            "category": "home",
            "quantity": 2,
            "unit_price": 6450,
        }
    ],
    "shipments": [
        {
            "external_id": "P-77310-1",
            "carrier": "SF",
            "tracking_no": "SF1234567890",
            "shipped_at": "2026-11-19T15:02:00+08:00",
            "delivered_at": None,
        }
    ],
    "reviews": [],
}


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A position of an order."""

    class Meta:
        model = OrderLine
        fields = ("number", "product_ref", "title", "category", "quantity", "unit_price")
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A parcel of an order."""

    class Meta:
        model = Shipment
        fields = ("external_id", "carrier", "tracking_no", "shipped_at", "delivered_at")
        read_only_fields = fields


class OrderReviewSerializer(serializers.ModelSerializer[Review]):
    """A buyer's review of an order."""

    class Meta:
        model = Review
        fields = ("external_id", "rating", "title", "text", "created_at", "is_excluded")
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("On its way", ORDER_EXAMPLE, response_only=True)])
class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as it is listed. `is_excluded`: malicious, counts in no metric."""

    cancelled_by = serializers.ChoiceField(CancelledBy.choices, allow_blank=True, read_only=True)
    total = serializers.IntegerField(read_only=True, help_text="Goods and freight, in minor units of the currency.")

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            *("id", "merchant", "external_id", "state", "placed_at", "paid_at", "ship_by", "shipped_at"),
            *("promised_at", "delivered_at", "cancelled_at", "cancelled_by", "amount", "freight", "total", "currency"),
            *("buyer_ref", "region", "is_excluded", "excluded_reason"),
        )
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("On its way", ORDER_DETAIL_EXAMPLE, response_only=True)])
class OrderDetailSerializer(OrderSerializer):
    """An order with its positions, parcels and reviews."""

    lines = OrderLineSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)
    reviews = OrderReviewSerializer(many=True, read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "lines", "shipments", "reviews")
        read_only_fields = fields
