"""How exits look in the API, and what is sent to ask for one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from merchants.exits import selectors
from merchants.exits.models import Exit
from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID

EXAMPLE: dict[str, Any] = {
    "id": 7,
    "number": "E-261121-0007",
    "merchant": 17,
    "kind": "voluntary",
    "state": "notice",
    "reasons": ["business_ends"],
    "facts": "",
    "clause": "",
    "contact": "service@wren.example",
    "requested_at": "2026-11-15T09:12:00+08:00",
    "cooling_off_until": "2026-11-18T09:12:00+08:00",
    "notice_from": "2026-11-20T09:12:00+08:00",
    "notice_until": "2026-12-20T09:12:00+08:00",
    "is_public": True,
    "closed_at": None,
    "records_kept_until": None,
}
CONDITION_EXAMPLE = {
    "code": "orders",
    "label": "Unfinished orders",
    "required": True,
    "met": False,
    "count": 3,
    "text": "3 orders are not delivered or cancelled.",
}


@extend_schema_serializer(examples=[OpenApiExample("Notice runs", EXAMPLE, response_only=True)])
class ExitSerializer(serializers.ModelSerializer[Exit]):
    """An exit as its shop knows it. From `notice` on the shop takes no new business."""

    number = serializers.CharField(read_only=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Exit
        fields = (
            *("id", "number", "merchant", "kind", "state", "reasons", "facts", "clause", "contact", "requested_at"),
            *("cooling_off_until", "notice_from", "notice_until", "is_public", "closed_at", "records_kept_until"),
        )
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("Unfinished orders", CONDITION_EXAMPLE, response_only=True)])
class ConditionSerializer(serializers.Serializer[Any]):
    """A condition as it stands now."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    required = serializers.BooleanField(  # type: ignore[assignment]
        help_text="Whether the shop cannot close while it is not met."
    )
    met = serializers.BooleanField(source="finding.met")
    count = serializers.IntegerField(source="finding.count")
    text = serializers.CharField(source="finding.text")


@extend_schema_serializer(
    examples=[OpenApiExample("One", EXAMPLE | {"conditions": [CONDITION_EXAMPLE], "steps": []}, response_only=True)]
)
class ExitDetailSerializer(ExitSerializer):
    """An exit with its conditions and the settlement."""

    conditions = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Exit
        fields = (*ExitSerializer.Meta.fields, "conditions", "steps")
        read_only_fields = fields

    @extend_schema_field(ConditionSerializer(many=True))
    def get_conditions(self, leaving: Exit) -> Any:
        """As they stand now; none when the exit is over."""
        return ConditionSerializer(selectors.standing(leaving), many=True).data if leaving.is_open else []

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"},
                    "status": {"type": "string", "enum": ["open", "done", "not_owed"]},
                    "amount": {"type": ["string", "null"]},
                    "currency": {"type": "string"},
                },
                "required": ["code", "status", "amount", "currency"],
            },
        }
    )
    def get_steps(self, leaving: Exit) -> list[dict[str, Any]]:
        """The settlement, once it began."""
        return [
            {
                "code": each.code,
                "status": each.status,
                "amount": None if each.amount is None else str(each.amount),
                "currency": each.currency,
            }
            for each in leaving.steps.order_by("position")
        ]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Gives up the business",
            {"merchant": 17, "reasons": ["business_ends"], "contact": "service@wren.example"},
            request_only=True,
        )
    ]
)
class AskForExitSerializer(StrictSerializer):
    """The owner's request to close a shop."""

    merchant = WholeNumberField(min_value=1, max_value=MAX_ID, help_text="The merchant's id.")
    reasons = serializers.ListField(
        child=TextField(max_length=40), min_length=1, max_length=20, help_text="Codes of the exit policy."
    )
    note = TextField(max_length=2000, required=False)
    contact = TextField(max_length=200, help_text="Shown to buyers in the public notice.")


@extend_schema_serializer(examples=[OpenApiExample("Stays", {"why": "We found a partner."}, request_only=True)])
class CancelSerializer(StrictSerializer):
    """Taking the request back."""

    why = TextField(max_length=2000, required=False)
