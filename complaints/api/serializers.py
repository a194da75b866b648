"""How complaints look in the API, and what is sent to file and to answer one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from complaints.models import Complaint, Kind
from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID

EXAMPLE: dict[str, Any] = {
    "id": 7,
    "number": "C-261121-0007",
    "merchant": 17,
    "order_reference": "20261118-77310",
    "kind": "logistics",
    "text": "Ordered eight days ago, still not on its way.",
    "state": "answered",
    "filed_at": "2026-11-21T09:12:00+08:00",
    "answer_due": "2026-11-23T09:12:00+08:00",
    "answer": "The parcel left today, SF1234567890.",
    "answered_at": "2026-11-21T11:40:00+08:00",
    "ruling": "",
    "ruled_at": None,
}


@extend_schema_serializer(examples=[OpenApiExample("Answered", EXAMPLE, response_only=True)])
class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    """A complaint as its merchant sees it: without the buyer's name and contact."""

    number = serializers.CharField(read_only=True)
    answer_due = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Complaint
        fields = (
            *("id", "number", "merchant", "order_reference", "kind", "text", "state", "filed_at", "answer_due"),
            *("answer", "answered_at", "ruling", "ruled_at"),
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A late parcel",
            {
                "order_reference": "20261118-77310",
                "kind": "logistics",
                "text": "Ordered eight days ago, still not on its way.",
                "buyer_name": "Ada Wang",
                "buyer_contact": "ada@example.com",
            },
            request_only=True,
        )
    ]
)
class FileComplaintSerializer(StrictSerializer):
    """A buyer's complaint. The order number finds the shop; `merchant` is needed when several shops have the number, or
    when the order has not been pushed yet."""

    order_reference = TextField(max_length=64)
    merchant = WholeNumberField(required=False, min_value=1, max_value=MAX_ID, help_text="The merchant's id.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    text = TextField(max_length=5000)
    buyer_name = TextField(max_length=100, help_text="Stored encrypted.")
    buyer_contact = TextField(max_length=100, help_text="Phone or e-mail; stored encrypted.")


@extend_schema_serializer(
    examples=[OpenApiExample("Sent today", {"text": "The parcel left today, SF1234567890."}, request_only=True)]
)
class ComplaintAnswerSerializer(StrictSerializer):
    """The shop's side."""

    text = TextField(max_length=5000, help_text="What happened, what was done, by when the rest follows.")
