"""How merchants and applications look in the API. Personal data are not part of it."""

from rest_framework import serializers

from merchants import selectors
from merchants.models import Application, Merchant


class MerchantSerializer(serializers.ModelSerializer[Merchant]):
    """A shop's public profile."""

    class Meta:
        model = Merchant
        fields = (
            "id", "external_id", "shop_name", "legal_name", "uscc", "shop_type", "category", "region", "state",
            "opened_at",
        )  # fmt: skip
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """Where an application stands. `promised_at`: until when an answer was promised; null when nothing is awaited."""

    promised_at = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            "number", "shop_name", "shop_type", "category", "state", "submissions", "submitted_at", "promised_at",
            "decided_at", "merchant",
        )  # fmt: skip
        read_only_fields = fields

    def get_promised_at(self, application: Application) -> str | None:
        if application.state not in Application.WITH_REVIEW:
            return None
        promised = selectors.promised_at(application)
        return promised.isoformat() if promised else None
