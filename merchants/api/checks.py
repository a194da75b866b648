"""What the automatic checks said about applications, for operators and the platform's own systems."""

from django.db.models import F, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from merchants import policy, selectors
from merchants.api.scopes import APPLICATIONS_READ
from merchants.checks import words
from merchants.models import CheckResult
from shopops.api.filters import NameFilter
from shopops.api.views import ApiMixin

EXAMPLE = {
    "application": "A-261121-0042",
    "submission": 1,
    "code": "credit_code",
    "name": "Credit code check digit",
    "outcome": "fail",
    "evidence": "credit_code.check_digit",
    "text": "The last character is C, by the other 17 it must be B.",
    "run_at": "2026-11-20T10:12:04+08:00",
}


class CheckFilter(filters.FilterSet):
    """Results by application, check and outcome."""

    application = NameFilter(field_name="application__number", help_text="The application's number, in full.")
    code = NameFilter(help_text="The check's code.")
    outcome = filters.ChoiceFilter(choices=CheckResult.Outcome.choices)

    class Meta:
        model = CheckResult
        fields = ("application", "code", "outcome")


@extend_schema_serializer(examples=[OpenApiExample("A wrong code", EXAMPLE, response_only=True)])
class CheckResultSerializer(serializers.ModelSerializer[CheckResult]):
    """One check of the latest submission. `evidence` names the finding, `text` says it in the language asked for."""

    application = serializers.CharField(source="application.number", read_only=True)
    name = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = CheckResult
        fields = ("application", "submission", "code", "name", "outcome", "evidence", "text", "run_at")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_name(self, result: CheckResult) -> str:
        return words.label(result.code)

    @extend_schema_field(serializers.CharField())
    def get_text(self, result: CheckResult) -> str:
        return words.sentence(result.evidence, result.params, policy.of(result.application.policy_version))


class CheckResultViewSet(ApiMixin, mixins.ListModelMixin, GenericViewSet[CheckResult]):
    """What the checks said about the latest submission of each application; for operators who may see applications and
    for the platform's keys. Applicants are told by requests and decisions."""

    serializer_class = CheckResultSerializer
    queryset = CheckResult.objects.none()
    filterset_class = CheckFilter
    scopes = {"read": APPLICATIONS_READ.code}

    def get_queryset(self) -> QuerySet[CheckResult]:
        user = self.principal.user
        sees_all = self.principal.reach(APPLICATIONS_READ.code) is None
        sees_all = sees_all or (user is not None and user.is_staff and user.has_perm(selectors.REVIEW))
        if not sees_all:
            return CheckResult.objects.none()
        latest = CheckResult.objects.filter(submission=F("application__submissions"), submission__gt=0)
        return latest.select_related("application__policy_version")
