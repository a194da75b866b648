"""The agreements that merchants sign, as anybody who may read applications reads them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from merchants import agreements
from merchants.api.scopes import APPLICATIONS_READ
from shopops.api.pagination import CursorPages
from shopops.api.views import ApiMixin
from shopops.policies.models import PolicyVersion

State = PolicyVersion.State
EXAMPLE: dict[str, Any] = {
    "id": 5,
    "key": "service",
    "number": 1,
    "state": "active",
    "effective_from": "2026-01-01T00:00:00+08:00",
    "retired_at": None,
    "title": "Merchant service agreement",
    "text": "Merchant service agreement\n\n1. What this agreement covers\n\n…\n",
    "text_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
}


@extend_schema_serializer(examples=[OpenApiExample("In force", EXAMPLE, response_only=True)])
class AgreementSerializer(serializers.ModelSerializer[PolicyVersion]):
    """One version: title, text and hash in the language of the request."""

    title = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    text_hash = serializers.SerializerMethodField()
    state = serializers.ChoiceField([State.ACTIVE.value, State.RETIRED.value, State.SCHEDULED.value], read_only=True)

    class Meta:
        model = PolicyVersion
        fields = ("id", "key", "number", "state", "effective_from", "retired_at", "title", "text", "text_hash")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_title(self, version: PolicyVersion) -> str:
        return agreements.version_of(version).title

    @extend_schema_field(serializers.CharField())
    def get_text(self, version: PolicyVersion) -> str:
        """The whole text; its UTF-8 bytes have the hash."""
        return agreements.version_of(version).text(get_language() or "en")

    @extend_schema_field(serializers.CharField())
    def get_text_hash(self, version: PolicyVersion) -> str:
        """SHA-256, in hexadecimal: what a signing has to name."""
        return agreements.version_of(version).text_hash(get_language() or "en")


class NewestVersionFirst(CursorPages):
    """By id."""

    ordering = ("-id",)


class AgreementViewSet(ApiMixin, ReadOnlyModelViewSet[PolicyVersion]):
    """Every published version, old ones too; `state` says which is in force."""

    serializer_class = AgreementSerializer
    queryset = PolicyVersion.objects.none()
    pagination_class = NewestVersionFirst
    scopes = {"read": APPLICATIONS_READ.code}
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[PolicyVersion]:
        published: tuple[Any, ...] = (State.ACTIVE, State.RETIRED, State.SCHEDULED)
        return PolicyVersion.objects.filter(kind=agreements.KIND, state__in=published)
