"""The score as the API gives it: the same numbers as the page."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from merchants.credit.models import ComponentCode, Grade

EXAMPLE: dict[str, Any] = {
    "merchant": 17,
    "external_id": "S-20931",
    "shop_name": "Wren & Willow",
    "since": "2026-11-20",
    "score": 742,
    "grade": "B",
    "provisional": False,
    "next_grade": "A",
    "points_to_next_grade": 58,
    "policy": {"version": 1, "content_hash": "4f0c…"},
    "components": [{"code": "service", "name": "Service quality", "points": 742, "max_points": 1000}],
    "contributions": [
        {
            "component": "service",
            "item": "late_shipment_30d",
            "name": "Late shipment",
            "numerator": 12,
            "denominator": 169,
            "prior": 0.03,
            "adjusted": 0.066,
            "by_prior": False,
            "points": 742,
            "max_points": 1000,
        }
    ],
}


class ContributionSerializer(serializers.Serializer[object]):
    """A line of the ledger."""

    component = serializers.ChoiceField(ComponentCode.choices)
    item = serializers.CharField(help_text="Code of the metric or trait.")
    name = serializers.CharField(help_text="In the language of the request.")
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    prior = serializers.FloatField(help_text="The average of the category, or the policy's own value.")
    adjusted = serializers.FloatField(help_text="The value that was judged, after shrinkage towards the prior.")
    by_prior = serializers.BooleanField(help_text="Too few of one's own: the prior alone was judged.")
    points = serializers.IntegerField()
    max_points = serializers.IntegerField()


class ComponentSerializer(serializers.Serializer[object]):
    """A part of the score: the sum of its lines."""

    code = serializers.ChoiceField(ComponentCode.choices)
    name = serializers.CharField()
    points = serializers.IntegerField()
    max_points = serializers.IntegerField()


class ScorePolicySerializer(serializers.Serializer[object]):
    """The rules a score was counted under."""

    version = serializers.IntegerField()
    content_hash = serializers.CharField(help_text="SHA-256 of the policy document.")


@extend_schema_serializer(examples=[OpenApiExample("Grade B", EXAMPLE, response_only=True)])
class ScoreSerializer(serializers.Serializer[object]):
    """A merchant's score on a day. The points of the contributions add up to `score`."""

    merchant = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True, help_text="The marketplace's own id of the merchant.")
    shop_name = serializers.CharField()
    since = serializers.DateField(help_text="Marketplace day from which on this score stood.")
    score = serializers.IntegerField(min_value=0, max_value=1000)
    grade = serializers.ChoiceField(Grade.choices)
    provisional = serializers.BooleanField(help_text="New or with few orders: the grade has no effect yet.")
    next_grade = serializers.ChoiceField(Grade.choices, allow_null=True)
    points_to_next_grade = serializers.IntegerField(allow_null=True)
    policy = ScorePolicySerializer()
    components = ComponentSerializer(many=True)
    contributions = ContributionSerializer(many=True)
