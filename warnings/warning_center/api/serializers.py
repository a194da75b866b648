from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from warning_center.models import Warning, WarningFact
from warning_center.selectors import standing_finding


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


class WarningDetailSerializer(WarningSerializer):
    """A warning with the facts behind its figure."""

    facts = serializers.SerializerMethodField()

    class Meta(WarningSerializer.Meta):
        fields = (*WarningSerializer.Meta.fields, "facts")
        read_only_fields = fields

    @extend_schema_field(FactSerializer(many=True))
    def get_facts(self, warning: Warning) -> Any:
        """The facts of the finding that the warning stands on."""
        finding = standing_finding(list(warning.findings.all()))
        return FactSerializer(finding.facts.all() if finding else [], many=True).data
