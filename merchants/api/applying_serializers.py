"""What applicants send through the API, and how their applications look to themselves."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from merchants import reasons, services
from merchants.gaps import gaps
from merchants.models import Application, Category, Document, InfoRequest, ShopType
from merchants.services import PERSONAL_FIELDS
from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID
from shopops.fields import mask

FORM_EXAMPLE: dict[str, Any] = {
    "number": "A-261121-0042",
    "state": "draft",
    "submissions": 0,
    "saved_at": "2026-11-21T09:12:00+08:00",
    "submitted_at": None,
    "previous": None,
    "details": {
        "shop_name": "安澜茶坊",
        "shop_type": "exclusive",
        "category": "food",
        "legal_name": "",
        "contact_phone": "138****8000",
    },
    "missing": [{"step": "details", "place": "legal_name", "text": "Name of the company"}],
}
DOCUMENT_EXAMPLE: dict[str, Any] = {
    "id": 31,
    "type": "business_licence",
    "original_name": "licence.pdf",
    "content_type": "application/pdf",
    "size": 482113,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "number": "91330100799655058B",
    "holder": "杭州北岭户外用品有限公司",
    "grantor": "",
    "brand": "",
    "issued_on": "2026-11-20",
    "expires_on": None,
    "uploaded_at": "2026-11-21T09:15:00+08:00",
}
AGREEMENT_EXAMPLE: dict[str, Any] = {
    "version": 5,
    "key": "service",
    "number": 1,
    "title": "Merchant service agreement",
    "text_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "signed_at": None,
}
REQUEST_EXAMPLE: dict[str, Any] = {
    "id": 12,
    "item": "document.business_licence",
    "reason": "document_unreadable",
    "title": "Business licence",
    "note": "Page 2 is cut off.",
    "answered_at": None,
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "For an applicant",
            {"applicant_email": "owner@anlan.example", "channel": "fair", "segment": "tea"},
            request_only=True,
        )
    ]
)
class StartSerializer(StrictSerializer):
    """How the applicant came to us. `applicant_email` is for keys: whom the application belongs to."""

    applicant_email = serializers.EmailField(required=False, max_length=254)
    channel = TextField(required=False, max_length=40)
    segment = TextField(required=False, max_length=60)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "The licence's particulars",
            {"legal_name": "杭州北岭户外用品有限公司", "uscc": "91330100799655058B"},
            request_only=True,
        )
    ]
)
class DetailsSerializer(StrictSerializer):
    """Fields of the application; an empty text empties a field."""

    shop_name = TextField(required=False, allow_blank=True, max_length=100)
    shop_type = serializers.ChoiceField(ShopType.choices, required=False, allow_blank=True)
    category = serializers.ChoiceField(Category.choices, required=False, allow_blank=True)
    brand = TextField(required=False, allow_blank=True, max_length=100)
    region = TextField(required=False, allow_blank=True, max_length=50)
    legal_name = TextField(required=False, allow_blank=True, max_length=200)
    uscc = TextField(required=False, allow_blank=True, max_length=40, help_text="18 characters with their check digit.")
    legal_form = TextField(required=False, allow_blank=True, max_length=60)
    address = TextField(required=False, allow_blank=True, max_length=300)
    registered_capital = TextField(required=False, allow_blank=True, max_length=60)
    established_on = serializers.DateField(required=False, allow_null=True)
    scope = TextField(required=False, allow_blank=True, max_length=5000)
    legal_person = TextField(required=False, allow_blank=True, max_length=100, help_text="Stored encrypted.")
    id_number = TextField(required=False, allow_blank=True, max_length=30, help_text="Stored encrypted.")
    contact_name = TextField(required=False, allow_blank=True, max_length=100, help_text="Stored encrypted.")
    contact_phone = TextField(required=False, allow_blank=True, max_length=30, help_text="Stored encrypted.")
    bank_name = TextField(required=False, allow_blank=True, max_length=100)
    bank_account = TextField(required=False, allow_blank=True, max_length=40, help_text="Stored encrypted.")


class GapSerializer(serializers.Serializer[Any]):
    """One thing that is missing."""

    step = serializers.ChoiceField(["details", "documents", "agreements"])
    place = serializers.CharField(help_text="The field, the type of document, or the agreement.")
    text = serializers.CharField(help_text="In the language of the request.")


@extend_schema_serializer(examples=[OpenApiExample("A draft", FORM_EXAMPLE, response_only=True)])
class ApplicationFormSerializer(serializers.ModelSerializer[Application]):
    """An application as its applicant sees it; personal data are masked."""

    details = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    previous: Any = serializers.SlugRelatedField(slug_field="number", read_only=True, allow_null=True)

    class Meta:
        model = Application
        fields = ("number", "state", "submissions", "saved_at", "submitted_at", "previous", "details", "missing")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_blank=True)))
    def get_details(self, application: Application) -> dict[str, str]:
        """Every field of the form as text."""
        values = {name: str(getattr(application, name) or "") for name in reasons.FIELDS}
        return {name: mask(value) if name in PERSONAL_FIELDS else value for name, value in values.items()}

    @extend_schema_field(GapSerializer(many=True))
    def get_missing(self, application: Application) -> list[dict[str, str]]:
        """What has to be there before it can be handed in; nothing once it was."""
        if application.state not in (Application.State.DRAFT, Application.State.NEEDS_INFO):
            return []
        return [{"step": gap.step, "place": gap.place, "text": gap.text} for gap in gaps(application)]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A licence",
            {
                "type": "business_licence",
                "file": "licence.pdf",
                "number": "91330100799655058B",
                "holder": "杭州北岭户外用品有限公司",
                "issued_on": "2026-11-20",
            },
            request_only=True,
            media_type="multipart/form-data",
        )
    ]
)
class UploadSerializer(StrictSerializer):
    """A scan and what is printed on it. Which facts are needed follows from the type."""

    type = TextField(max_length=40, help_text="Code of the checklist, such as business_licence.")
    file = serializers.FileField(max_length=200, help_text="JPG, PNG or PDF, at most 10 MB.")
    number = TextField(required=False, allow_blank=True, max_length=100)
    holder = TextField(required=False, allow_blank=True, max_length=200)
    grantor = TextField(required=False, allow_blank=True, max_length=200)
    brand = TextField(required=False, allow_blank=True, max_length=100)
    issued_on = serializers.DateField(required=False)
    expires_on = serializers.DateField(required=False, help_text="Left out: no end is printed.")


@extend_schema_serializer(examples=[OpenApiExample("A licence", DOCUMENT_EXAMPLE, response_only=True)])
class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A current document. The file itself is handed out by the portal and the console only."""

    class Meta:
        model = Document
        fields = (
            "id", "type", "original_name", "content_type", "size", "sha256", "number", "holder", "grantor", "brand",
            "issued_on", "expires_on", "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("Not signed yet", AGREEMENT_EXAMPLE, response_only=True)])
class AgreementStateSerializer(serializers.Serializer[Any]):
    """An agreement that an application needs. `text_hash` is that of the text in the language of the request."""

    version = serializers.IntegerField(help_text="Id of the version; read it at /agreements/{id}/.")
    key = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    text_hash = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "The text as it was shown",
            {"version": 5, "language": "en", "text_hash": AGREEMENT_EXAMPLE["text_hash"]},
            request_only=True,
        )
    ]
)
class SignSerializer(StrictSerializer):
    """Which text was shown and agreed to."""

    version = WholeNumberField(min_value=1, max_value=MAX_ID)
    language = serializers.ChoiceField(settings.LANGUAGES)
    text_hash = TextField(min_length=64, max_length=64)


@extend_schema_serializer(examples=[OpenApiExample("A better scan", REQUEST_EXAMPLE, response_only=True)])
class RequestSerializer(serializers.ModelSerializer[InfoRequest]):
    """One thing to correct or to add. `item` is "field.<name>", "document.<type>" or "other"."""

    title = serializers.SerializerMethodField()

    class Meta:
        model = InfoRequest
        fields = ("id", "item", "reason", "title", "note", "answered_at")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_title(self, request: InfoRequest) -> str:
        """What is asked for, in the language of the request."""
        return services.request_title(request)


@extend_schema_serializer(
    examples=[OpenApiExample("Corrected", {"value": "91330100799655058B", "text": "A slip."}, request_only=True)]
)
class RequestAnswerSerializer(StrictSerializer):
    """The corrected value where a field was asked for, and an explanation."""

    value = TextField(required=False, max_length=5000)
    text = TextField(required=False, max_length=2000)
