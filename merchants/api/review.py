"""Deciding on applications through the API: for reviewers' own tools."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from merchants import services
from merchants.api.scopes import APPLICATIONS_REVIEW
from merchants.api.serializers import ApplicationSerializer
from merchants.errors import OnboardingError, ReasonNeeded
from merchants.models import Application
from merchants.services.review import LONGEST_NOTE
from shopops.api.fields import TextField
from shopops.api.problems import Conflict, Refused
from shopops.api.views import ApiMixin
from shopops.transitions.handler import TransitionRefused


class ReasonSerializer(serializers.Serializer[Any]):
    """A reason of the onboarding policy, with what the applicant is told beside it."""

    code = TextField(max_length=100, help_text="“scope”, or with a document: “document_missing:id_card”.")
    note = TextField(max_length=LONGEST_NOTE, allow_blank=True, required=False, default="")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Ask for corrections",
            {
                "decision": "needs_info",
                "submission": 1,
                "reasons": [{"code": "document_unreadable:business_licence", "note": "Page 2 is cut off."}],
            },
            request_only=True,
        )
    ]
)
class ApplicationDecisionSerializer(serializers.Serializer[Any]):
    """A decision. `submission`: the one that was looked at; when the applicant has sent another one since, nothing is
    decided (409). `internal_note` is not told to the applicant."""

    decision = serializers.ChoiceField(["approve", "needs_info", "reject"])
    submission = serializers.IntegerField(min_value=1, max_value=32767, required=False)
    reasons = serializers.ListField(child=ReasonSerializer(), required=False, max_length=100)
    note = TextField(max_length=LONGEST_NOTE, allow_blank=True, required=False, default="")
    internal_note = TextField(max_length=LONGEST_NOTE, allow_blank=True, required=False, default="")


class DecisionViewSet(ApiMixin, viewsets.GenericViewSet[Application]):
    """Decisions on applications, found by their number."""

    serializer_class = ApplicationSerializer
    queryset = Application.objects.none()
    scopes = {"decide": APPLICATIONS_REVIEW.code}
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]{1,20}"

    def get_queryset(self) -> QuerySet[Application]:
        """Everything submitted, for who has the scope over all shops; an applicant has it nowhere."""
        if self.principal.reach(APPLICATIONS_REVIEW.code) is not None:
            return Application.objects.none()
        return Application.objects.exclude(submissions=0).select_related("policy_version")

    @extend_schema(request=ApplicationDecisionSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Approve, ask for corrections, or reject. In a high-risk category the first approval only proposes: the answer
        then still says `in_review`. 409 when it was decided already, somebody else works on it, or a second person is
        needed."""
        application = self.get_object()
        said = ApplicationDecisionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        values = said.validated_data
        try:
            done = _decide(application, values, self.principal.actor)
        except ReasonNeeded as error:
            raise Refused(str(error), field="reasons", code="invalid") from error
        except (OnboardingError, TransitionRefused) as error:
            raise Conflict(str(error)) from error
        return Response(self.get_serializer(done).data)


def _decide(application: Application, values: dict[str, Any], actor: Any) -> Application:
    given = values.get("reasons", [])
    codes = [reason["code"] for reason in given]
    notes = {reason["code"]: reason["note"] for reason in given}
    words = {
        "note": values["note"], "internal_note": values["internal_note"], "submission": values.get("submission"),
    }  # fmt: skip
    if values["decision"] == "approve":
        if codes:
            raise ReasonNeeded(_("An approval has no reasons. Leave them out."))
        return services.approve(application=application, actor=actor, **words)
    decide = services.reject if values["decision"] == "reject" else services.ask_for_corrections
    return decide(application=application, actor=actor, reason_codes=codes, notes=notes, **words)
