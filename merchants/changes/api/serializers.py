"""How changes and re-verifications look in the API, and what is sent to ask for a change. Personal data are masked."""

import base64
import binascii
import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from merchants.changes import policy, selectors
from merchants.changes.fields import CONTACT_FIELDS, KEY_FIELDS, PERSONAL
from merchants.changes.models import ChangeDecision, ChangeRequest, Verification
from shopops.api.fields import StrictSerializer, TextField, WholeNumberField
from shopops.api.filters import MAX_ID
from shopops.fields import mask

#: Letters of a file of 10 MB in Base64.
LONGEST_FILE = 14_000_000
BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\Z"
EXAMPLE: dict[str, Any] = {
    "number": "K-1121-0007",
    "merchant": 17,
    "kind": "facts",
    "state": "submitted",
    "reason": "Moved to another building.",
    "values": [{"field": "address", "before": "杭州市西湖区文三路 100 号", "after": "杭州市滨江区网商路 699 号"}],
    "documents": ["business_licence"],
    "submitted_at": "2026-11-21T09:12:00+08:00",
    "promised_at": "2026-11-24T18:00:00+08:00",
    "decided_at": None,
    "reason_codes": [],
    "version": "5a1f0c…",
}

VERIFICATION_EXAMPLE: dict[str, Any] = {
    "id": 4,
    "merchant": 17,
    "campaign": "2026-11",
    "state": "open",
    "opened_at": "2026-11-01T09:00:00+08:00",
    "due_on": "2026-11-30",
    "done_at": None,
    "open_sections": ["contact", "documents"],
}


class ValueSerializer(serializers.Serializer[Any]):
    """A field before and after; personal ones are masked. For an open request `before` is what the shop has now."""

    field = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


@extend_schema_serializer(examples=[OpenApiExample("Submitted", EXAMPLE, response_only=True)])
class ChangeRequestSerializer(serializers.ModelSerializer[ChangeRequest]):
    """A request. `documents`: types of its proofs. `version` names what a reviewer compares: a decision sends it back,
    so that nothing is approved that changed meanwhile."""

    values = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    promised_at = serializers.SerializerMethodField()
    reason_codes = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()

    class Meta:
        model = ChangeRequest
        fields = (
            "number", "merchant", "kind", "state", "reason", "values", "documents", "submitted_at", "promised_at",
            "decided_at", "reason_codes", "version",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ValueSerializer(many=True))
    def get_values(self, request: ChangeRequest) -> list[dict[str, str]]:
        found = []
        for value in request.values.all():
            if policy.is_document(value.field):
                continue
            before = selectors.current_value(request.merchant, value.field) if request.is_open else value.before or ""
            both = {"before": before, "after": value.after or ""}
            if value.field in PERSONAL:
                both = {name: mask(text) for name, text in both.items()}
            found.append({"field": value.field, **both})
        return found

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_documents(self, request: ChangeRequest) -> list[str]:
        return [proof.type for proof in request.proofs.all() if proof.replaced_at is None]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_promised_at(self, request: ChangeRequest) -> str | None:
        """From the view's one query for a page of them, if it made one."""
        if request.state not in ChangeRequest.WITH_REVIEW:
            return None
        known: dict[int, dt.datetime] | None = self.context.get("promised")
        promised = selectors.promised_at(request) if known is None else known.get(request.pk)
        return serializers.DateTimeField().to_representation(promised) if promised else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_reason_codes(self, request: ChangeRequest) -> list[str]:
        if request.state not in (ChangeRequest.State.NEEDS_INFO, ChangeRequest.State.REJECTED):
            return []
        told = [each for each in request.decisions.all() if each.kind != ChangeDecision.Kind.PROPOSE]
        return list(told[-1].reasons) if told else []

    @extend_schema_field(serializers.CharField(allow_blank=True))
    def get_version(self, request: ChangeRequest) -> str:
        return selectors.fingerprint(request, request.merchant) if request.is_open else ""


@extend_schema_field(
    {"type": "string", "contentEncoding": "base64", "minLength": 4, "maxLength": LONGEST_FILE, "pattern": BASE64}
)
class FileField(TextField):
    """A file in Base64."""


class PaperSerializer(StrictSerializer):
    """A file that proves the change. `content` is the file in Base64: JPG, PNG or PDF of at most 10 MB."""

    type = TextField(max_length=40, help_text="A type of document of the policies of onboarding and changes.")
    file_name = TextField(max_length=200)
    content = FileField(max_length=LONGEST_FILE)
    number = TextField(max_length=100, required=False)
    holder = TextField(max_length=200, required=False)
    issued_on = serializers.DateField(required=False)
    expires_on = serializers.DateField(required=False)

    def validate_content(self, value: str) -> bytes:
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError(_("This is not Base64."), "invalid") from error


class ValuesSerializer(StrictSerializer):
    """The new values by field; what is not named stays."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: TextField(required=False, max_length=5000, allow_blank=True) for name in KEY_FIELDS}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Another address",
            {
                "values": {"address": "杭州市滨江区网商路 699 号"},
                "documents": [
                    {
                        "type": "business_licence",
                        "file_name": "licence.pdf",
                        "content": "JVBERi0xLjcK",
                        "number": "91330100799655058B",
                        "holder": "杭州北岭户外用品有限公司",
                        "issued_on": "2026-11-20",
                    }
                ],
                "reason": "Moved to another building.",
            },
            request_only=True,
        )
    ]
)
class AskForChangeSerializer(StrictSerializer):
    """A change of facts with its proofs; or, without `values`, one document that is newer than the one on file.

    `merchant` is needed by people of several shops. `renews`: the document that a renewal takes the place of, where a
    type may come several times.
    """

    merchant = WholeNumberField(required=False, min_value=1, max_value=MAX_ID)
    values = ValuesSerializer(required=False)
    documents = serializers.ListField(child=PaperSerializer(), required=False, max_length=6)
    renews = WholeNumberField(required=False, min_value=1, max_value=MAX_ID)
    reason = TextField(required=False, max_length=2000)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Ask for corrections",
            {
                "decision": "needs_info",
                "version": "5a1f0c0de1b0c1f4a3a7e1b2f7b0f4e69c9d3c1a5e0a9d8b7c6f5e4d3c2b1a09",
                "reasons": ["proof_unreadable"],
                "note": "The stamp cannot be read.",
            },
            request_only=True,
        )
    ]
)
class ChangeDecisionSerializer(StrictSerializer):
    """A decision; `version` as it was read, `reasons` as codes of the policy for all but an approval."""

    decision = serializers.ChoiceField(
        [(kind, label) for kind, label in ChangeDecision.Kind.choices if kind != ChangeDecision.Kind.PROPOSE]
    )
    version = TextField(max_length=64)
    reasons = serializers.ListField(child=TextField(max_length=40), required=False, max_length=20)
    note = TextField(required=False, max_length=2000, allow_blank=True)


@extend_schema_serializer(
    examples=[OpenApiExample("Another phone", {"contact_phone": "138 0013 8000"}, request_only=True)]
)
class ContactsSerializer(StrictSerializer):
    """The contacts that change; what is not named stays."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name: TextField(required=False, max_length=100) for name in CONTACT_FIELDS}


@extend_schema_serializer(
    examples=[OpenApiExample("Changed", {"merchant": 17, "changed": ["contact_phone"]}, response_only=True)]
)
class ContactsChangedSerializer(serializers.Serializer[Any]):
    """What was changed: names of fields, none when everything was like this before."""

    merchant = serializers.IntegerField()
    changed = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(examples=[OpenApiExample("Waits for the shop", VERIFICATION_EXAMPLE, response_only=True)])
class VerificationSerializer(serializers.ModelSerializer[Verification]):
    """A re-verification; `open_sections` are those without an answer."""

    campaign = serializers.SerializerMethodField()
    open_sections = serializers.SerializerMethodField()

    class Meta:
        model = Verification
        fields = ("id", "merchant", "campaign", "state", "opened_at", "due_on", "done_at", "open_sections")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_campaign(self, verification: Verification) -> str:
        return str(verification.campaign)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_open_sections(self, verification: Verification) -> list[str]:
        if verification.state not in Verification.WAITING:
            return []
        answered = {answer.section for answer in verification.answers.all()}
        return [code for code in selectors.sections_of(verification.merchant) if code not in answered]


def facts_of(paper: dict[str, Any]) -> dict[str, Any]:
    """What was typed from a document, for the service."""
    names = ("number", "holder", "issued_on", "expires_on")
    found: dict[str, str | dt.date] = {name: paper[name] for name in names if name in paper}
    return found
