"""The shape of the status for the API's description; `maintenance.status.data` writes the values."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from maintenance.models import Audience, Incident, Kind, Mode, Window
from shopops.clocks.models import Feature

STATES = ("works", "planned", "degraded", "outage")

EXAMPLE: dict[str, Any] = {
    "checked_at": "2026-11-21T21:40:00+08:00",
    "state": "planned",
    "services": [
        {
            "code": "shipping",
            "state": "planned",
            "audiences": {"buyers": "works", "merchants": "works", "systems": "works"},
            "available": 0.9994,
            "days": [{"date": "2026-11-21", "state": "works"}],
        }
    ],
    "windows": [
        {
            "id": 4,
            "title": {"en": "Database upgrade", "zh": "数据库升级"},
            "summary": {"en": "Orders keep coming in.", "zh": "订单照常接收。"},
            "kind": "server_operations",
            "state": "announced",
            "starts_at": "2026-11-26T02:00:00+08:00",
            "ends_at": "2026-11-26T05:00:00+08:00",
            "revision": 1,
            "announced_at": "2026-11-19T02:00:00+08:00",
            "impacts": [
                {
                    "service": "shipping",
                    "audience": "merchants",
                    "mode": "down",
                    "note": {"en": "clocks pause by themselves", "zh": "发货时限自动暂停"},
                }
            ],
        }
    ],
    "incidents": [],
}


class TextSerializer(serializers.Serializer):
    """A text in both languages."""

    en = serializers.CharField(allow_blank=True)
    zh = serializers.CharField(allow_blank=True)


class DaySerializer(serializers.Serializer):
    """The worst state of one marketplace day."""

    date = serializers.DateField()
    state = serializers.ChoiceField(STATES)


class AudiencesSerializer(serializers.Serializer):
    """How a service behaves right now for each audience, as far as planned work decides it."""

    buyers = serializers.ChoiceField(Mode.choices)
    merchants = serializers.ChoiceField(Mode.choices)
    systems = serializers.ChoiceField(Mode.choices)


class ServiceSerializer(serializers.Serializer):
    """A service of the platform; `available` is a share of the days listed."""

    code = serializers.ChoiceField(Feature.choices)
    state = serializers.ChoiceField(STATES)
    audiences = AudiencesSerializer()
    available = serializers.FloatField(min_value=0, max_value=1)
    days = DaySerializer(many=True)


class ImpactSerializer(serializers.Serializer):
    """One cell of a window's matrix."""

    service = serializers.ChoiceField(Feature.choices)
    audience = serializers.ChoiceField(Audience.choices)
    mode = serializers.ChoiceField(Mode.choices)
    note = TextSerializer()


class WindowSerializer(serializers.Serializer):
    """A window that goes on, is being verified or ahead; `revision` counts changes of its times."""

    id = serializers.IntegerField()
    title = TextSerializer()
    summary = TextSerializer()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.ChoiceField(Window.State.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    revision = serializers.IntegerField(min_value=1)
    announced_at = serializers.DateTimeField()
    impacts = ImpactSerializer(many=True)


class IncidentSerializer(serializers.Serializer):
    """An incident that lasts."""

    id = serializers.IntegerField()
    service = serializers.ChoiceField(Feature.choices)
    severity = serializers.ChoiceField(Incident.Severity.choices)
    started_at = serializers.DateTimeField()
    title = TextSerializer()
    text = TextSerializer()


@extend_schema_serializer(many=False, examples=[OpenApiExample("Work is planned", EXAMPLE, response_only=True)])
class StatusSerializer(serializers.Serializer):
    """The status of the platform, at most a minute old."""

    checked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(STATES)
    services = ServiceSerializer(many=True)
    windows = WindowSerializer(many=True)
    incidents = IncidentSerializer(many=True)
