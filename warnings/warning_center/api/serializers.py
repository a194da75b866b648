"""How warnings look in the API, and what a shop sends to answer one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID
from warning_center.models import Warning, WarningFact
from warning_center.selectors import standing_finding

WARNING_EXAMPLE: dict[str, Any] = {
    "number": "W-1120-0042",
    "merchant": 17,
    "title": "Late shipment is 7.1% (12 of 169 orders); the limit is 4%",
    "state": "rectifying",
    "type": "order",
    "intensity": 2,
    "cause": "logistics",
    "rule": "late_shipment",
    "policy_version": 3,
    "opened_at": "2026-11-20T00:40:00+08:00",
    "due_at": "2026-12-04T00:40:00+08:00",
    "closed_at": None,
    "numerator": 12,
    "denominator": 169,
    "value": 0.071,
    "limit": "0.0400",
    "unit": "percent",
    "window_start": "2026-10-21",
    "last_day": "2026-11-19",
}
WARNING_DETAIL_EXAMPLE: dict[str, Any] = {
    **WARNING_EXAMPLE,
    "finding": 311,
    "facts": [
        {
            "kind": "late_order",
            "object_id": 90210,
            "label": "20261118-77310",
            "data": {"ship_by": "2026-11-18T12:40:00Z", "shipped_at": "2026-11-19T15:02:00Z"},
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("Being rectified", WARNING_EXAMPLE, response_only=True)])
class WarningSerializer(serializers.ModelSerializer[Warning]):
    """A warning as its merchant sees it. `title` is in the language of the request."""

    title = serializers.CharField(read_only=True)
    due_at = serializers.SerializerMethodField(help_text="When the time to rectify ends, pauses counted in.")
    value = serializers.FloatField(source="ratio", read_only=True, allow_null=True)
    last_day = serializers.DateField(read_only=True, help_text="The last day counted.")
    policy_version = serializers.IntegerField(source="policy_version.number", read_only=True)

    class Meta:
        model = Warning
        fields: tuple[str, ...] = (
            "number",
            "merchant",
            "title",
            "state",
            "type",
            "intensity",
            "cause",
            "rule",
            "policy_version",
            "opened_at",
            "due_at",
            "closed_at",
            "numerator",
            "denominator",
            "value",
            "limit",
            "unit",
            "window_start",
            "last_day",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField)
    def get_due_at(self, warning: Warning) -> Any:
        """From the view's one query for a page of them, if it made one."""
        known = self.context.get("due", {})
        moment = known.get(warning.pk) or warning.due_at
        return serializers.DateTimeField().to_representation(moment)


class FactSerializer(serializers.ModelSerializer[WarningFact]):
    """One fact that was counted, with its values as they stood then."""

    class Meta:
        model = WarningFact
        fields = ("kind", "object_id", "label", "data")
        read_only_fields = fields


@extend_schema_serializer(examples=[OpenApiExample("Being rectified", WARNING_DETAIL_EXAMPLE, response_only=True)])
class WarningDetailSerializer(WarningSerializer):
    """A warning with the facts behind its figure. `finding` is the id of the last check that changed something."""

    finding = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()

    class Meta(WarningSerializer.Meta):
        fields = (*WarningSerializer.Meta.fields, "finding", "facts")
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField)
    def get_finding(self, warning: Warning) -> int:
        return max(finding.pk for finding in warning.findings.all())

    @extend_schema_field(FactSerializer(many=True))
    def get_facts(self, warning: Warning) -> Any:
        """The facts of the finding that the warning stands on."""
        finding = standing_finding(list(warning.findings.all()))
        return FactSerializer(finding.facts.all() if finding else [], many=True).data


@extend_schema_serializer(
    examples=[
        OpenApiExample("Rectified", {"finding": 311, "note": "A second courier collects at 16:00."}, request_only=True)
    ]
)
class SubmitSerializer(StrictSerializer):
    """What a shop says when it asks for the re-check."""

    finding = WholeNumberField(
        required=False, min_value=1, max_value=MAX_ID, help_text="The `finding` that was read; another one is a 409."
    )
    note = TextField(
        required=False, allow_blank=True, max_length=1000, help_text="For the record; the re-check goes by the figures."
    )
