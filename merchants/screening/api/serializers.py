"""How requests for opinions look in the API, and what an opinion is sent as."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from merchants.models import Category, CheckResult, ShopType
from merchants.screening.api.facts import facts
from merchants.screening.due import due_at
from merchants.screening.models import OpinionRequest
from shopops.api.fields import StrictSerializer, TextField

EXAMPLE: dict[str, Any] = {
    "id": 7,
    "application": "A-261121-0042",
    "shop_name": "安澜茶坊",
    "submission": 1,
    "question": "Does the test report cover the whole range?",
    "asked_at": "2026-11-20T10:12:00+08:00",
    "due_at": "2026-11-24T18:00:00+08:00",
    "overdue": False,
    "state": "open",
    "opinion": "",
    "reasons": [],
    "note": "",
    "given_at": None,
}


class CheckSerializer(serializers.Serializer[Any]):
    """What an automatic check found."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF has an attribute of this name
    outcome = serializers.ChoiceField(CheckResult.Outcome.choices)


class ReviewedDocumentSerializer(serializers.Serializer[Any]):
    """A document. `withheld`: it is personal data and its file is not handed to people of other firms."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    name = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    holder = serializers.CharField(allow_blank=True)
    issued_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    withheld = serializers.BooleanField()


class OfferedReasonSerializer(serializers.Serializer[Any]):
    """A reason that an opinion may name, and the opinions for which it may be named."""

    code = serializers.CharField()
    text = serializers.CharField()
    opinions = serializers.ListField(child=serializers.ChoiceField(["needs_info", "reject"]))


class FactsSerializer(serializers.Serializer[Any]):
    """An application. Names of persons and their numbers are masked."""

    shop_name = serializers.CharField()
    shop_type = serializers.ChoiceField(ShopType.choices, allow_blank=True)
    category = serializers.ChoiceField(Category.choices, allow_blank=True)
    brand = serializers.CharField(allow_blank=True)
    region = serializers.CharField(allow_blank=True)
    legal_name = serializers.CharField(allow_blank=True)
    uscc = serializers.CharField(allow_blank=True)
    scope = serializers.CharField(allow_blank=True)
    legal_form = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    registered_capital = serializers.CharField(allow_blank=True)
    established_on = serializers.DateField(allow_null=True)
    legal_person = serializers.CharField(allow_blank=True, help_text="Masked.")
    id_number = serializers.CharField(allow_blank=True, help_text="Masked.")
    contact_name = serializers.CharField(allow_blank=True, help_text="Masked.")
    contact_phone = serializers.CharField(allow_blank=True, help_text="Masked.")
    bank_name = serializers.CharField(allow_blank=True)
    bank_account = serializers.CharField(allow_blank=True, help_text="Masked.")
    checks = CheckSerializer(many=True)
    documents = ReviewedDocumentSerializer(many=True)
    reasons = OfferedReasonSerializer(many=True)


@extend_schema_serializer(examples=[OpenApiExample("Waits for an opinion", EXAMPLE, response_only=True)])
class OpinionRequestSerializer(serializers.ModelSerializer[OpinionRequest]):
    """What somebody was asked, and what they answered. `due_at` is null once nothing is awaited."""

    application = serializers.CharField(source="application.number", read_only=True)
    shop_name = serializers.CharField(source="application.shop_name", read_only=True)
    opinion = serializers.ChoiceField(OpinionRequest.View.choices, source="view", allow_blank=True, read_only=True)
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    given_at = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    overdue = serializers.SerializerMethodField()

    class Meta:
        model = OpinionRequest
        fields: tuple[str, ...] = (
            *("id", "application", "shop_name", "submission", "question", "asked_at", "due_at", "overdue", "state"),
            *("opinion", "reasons", "note", "given_at"),
        )
        read_only_fields = fields

    def _due(self, request: OpinionRequest) -> dt.datetime | None:
        if request.state != OpinionRequest.State.OPEN:
            return None
        known: dict[int, dt.datetime] = self.context.get("due", {})
        return known.get(request.pk) or due_at(request)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, request: OpinionRequest) -> str | None:
        due = self._due(request)
        return serializers.DateTimeField().to_representation(due) if due else None

    @extend_schema_field(serializers.BooleanField())
    def get_overdue(self, request: OpinionRequest) -> bool:
        due = self._due(request)
        return due is not None and due < self.context["now"]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_given_at(self, request: OpinionRequest) -> str | None:
        given = request.closed_at if request.state == OpinionRequest.State.GIVEN else None
        return serializers.DateTimeField().to_representation(given) if given else None


class OpinionCaseSerializer(OpinionRequestSerializer):
    """One request with the application; `facts` is null once the opinion is given."""

    facts = serializers.SerializerMethodField()

    class Meta(OpinionRequestSerializer.Meta):
        fields = (*OpinionRequestSerializer.Meta.fields, "facts")
        read_only_fields = fields

    @extend_schema_field(FactsSerializer(allow_null=True))
    def get_facts(self, request: OpinionRequest) -> dict[str, Any] | None:
        if request.state != OpinionRequest.State.OPEN:
            return None
        return dict(FactsSerializer(facts(request.application)).data)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Would ask for corrections",
            {"opinion": "needs_info", "reasons": ["legal_name"], "note": "The licence names another company."},
            request_only=True,
        )
    ]
)
class OpinionSerializer(StrictSerializer):
    """An opinion. Corrections and a rejection need reasons out of `facts.reasons`; an approval takes none."""

    opinion = serializers.ChoiceField(choices=OpinionRequest.View.choices)
    reasons = serializers.ListField(child=TextField(max_length=100), required=False, default=list, max_length=30)
    note = TextField(max_length=2000, required=False, default="", help_text="For the marketplace's reviewers.")
