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


class ApplicationFormSerializer(serializers.ModelSerializer[Application]):
    """An application as its applicant sees it; personal data are masked."""

    details = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    previous: Any = serializers.SlugRelatedField(slug_field="number", read_only=True)

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


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A current document. The file itself is handed out by the portal and the console only."""

    class Meta:
        model = Document
        fields = (
            "id", "type", "original_name", "content_type", "size", "sha256", "number", "holder", "grantor", "brand",
            "issued_on", "expires_on", "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields


class AgreementStateSerializer(serializers.Serializer[Any]):
    """An agreement that an application needs. `text_hash` is that of the text in the language of the request."""

    version = serializers.IntegerField(help_text="Id of the version; read it at /agreements/{id}/.")
    key = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    text_hash = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)


class SignSerializer(StrictSerializer):
    """Which text was shown and agreed to."""

    version = WholeNumberField(min_value=1, max_value=MAX_ID)
    language = serializers.ChoiceField(settings.LANGUAGES)
    text_hash = TextField(min_length=64, max_length=64)


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


class AnswerSerializer(StrictSerializer):
    """The corrected value where a field was asked for, and an explanation."""

    value = TextField(required=False, max_length=5000)
    text = TextField(required=False, max_length=2000)
