"""How the timeline and contacts look in the API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from merchants.file.models import Visit
from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID

ENTRY: dict[str, Any] = {
    "at": "2026-11-21T09:12:00+08:00",
    "source": "score",
    "title": "Grade C became B",
    "text": "Score 688 → 742",
    "tone": "ok",
    "by": "",
}
VISIT: dict[str, Any] = {
    "id": 12,
    "merchant": 17,
    "kind": "call",
    "at": "2026-11-21T15:00:00+08:00",
    "by": "Zhou Min",
    "with_whom": "Ms Chen, owner",
    "purpose": "Late parcels of the last weeks",
    "result": "A second carrier starts on Monday.",
    "follow_up": "Look at the rate of late parcels",
    "follow_up_due": "2026-12-05",
    "followed_up_at": None,
    "outcome": "",
    "created_at": "2026-11-21T15:10:00+08:00",
}


@extend_schema_serializer(examples=[OpenApiExample("A better grade", ENTRY, response_only=True)])
class EntrySerializer(serializers.Serializer[Any]):
    """Something that happened to a shop, in the language of the request."""

    at = serializers.DateTimeField()
    source = serializers.CharField(  # type: ignore[assignment]  # fields leave the class
        help_text="Where it comes from: onboarding, documents, data, score, warnings, …"
    )
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    tone = serializers.ChoiceField(["", "ok", "info", "caution", "danger", "neutral"], help_text="How it stands.")
    by = serializers.CharField(allow_blank=True, help_text="Who did it, for operators.")


@extend_schema_serializer(
    many=False, examples=[OpenApiExample("A page", {"next": None, "results": [ENTRY]}, response_only=True)]
)
class TimelineSerializer(serializers.Serializer[Any]):
    """A page of a timeline, the newest first."""

    next = serializers.URLField(allow_null=True, help_text="What happened before; null at the end.")
    results = EntrySerializer(many=True)


@extend_schema_serializer(examples=[OpenApiExample("A call", VISIT, response_only=True)])
class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A contact with a merchant, and what follows."""

    by = serializers.CharField(source="by.__str__", read_only=True, help_text="Who recorded it.")

    class Meta:
        model = Visit
        fields = (
            "id", "merchant", "kind", "at", "by", "with_whom", "purpose", "result", "follow_up", "follow_up_due",
            "followed_up_at", "outcome", "created_at",
        )  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A call",
            {"merchant": 17, "kind": "call", "at": "2026-11-21T15:00:00+08:00", "purpose": "Late parcels"},
            request_only=True,
        )
    ]
)
class RecordSerializer(StrictSerializer):
    """A contact that has taken place. A follow-up needs both what and until when."""

    merchant = WholeNumberField(min_value=1, max_value=MAX_ID, help_text="The merchant's id.")
    kind = serializers.ChoiceField(choices=Visit.Kind.choices)
    at = serializers.DateTimeField()
    with_whom = TextField(max_length=200, required=False, help_text="Stored encrypted.")
    purpose = TextField(max_length=200)
    result = TextField(max_length=5000, required=False)
    follow_up = TextField(max_length=300, required=False)
    follow_up_due = serializers.DateField(required=False)
