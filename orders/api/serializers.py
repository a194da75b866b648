"""How orders look in the API. Amounts are minor units (fen, cents) of `currency`."""

from rest_framework import serializers

from orders.models import Order, OrderLine, Review, Shipment


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


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as it is listed. `is_excluded`: malicious, counts in no metric."""

    total = serializers.IntegerField(read_only=True, help_text="Goods and freight, in minor units of the currency.")

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            *("id", "merchant", "external_id", "state", "placed_at", "paid_at", "ship_by", "shipped_at"),
            *("promised_at", "delivered_at", "cancelled_at", "cancelled_by", "amount", "freight", "total", "currency"),
            *("buyer_ref", "region", "is_excluded", "excluded_reason"),
        )
        read_only_fields = fields


class OrderDetailSerializer(OrderSerializer):
    """An order with its positions, parcels and reviews."""

    lines = OrderLineSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)
    reviews = OrderReviewSerializer(many=True, read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "lines", "shipments", "reviews")
        read_only_fields = fields
