"""What a caller may read of merchants and applications, and do with their own."""

from typing import Any, cast

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from merchants import selectors
from merchants.api.applying import WRITES, ApplicantActions
from merchants.api.filters import ApplicationFilter, MerchantFilter
from merchants.api.scopes import APPLICATIONS_READ, APPLICATIONS_WRITE, MERCHANTS_READ
from merchants.api.serializers import ApplicationSerializer, MerchantSerializer
from merchants.models import Application, Merchant
from shopops.api.views import ApiMixin


class MerchantViewSet(ApiMixin, ReadOnlyModelViewSet[Merchant]):
    """Shops: one's own, or the key's; all of them for operators who may see merchants and for the platform's keys."""

    serializer_class = MerchantSerializer
    queryset = Merchant.objects.none()
    filterset_class = MerchantFilter
    scopes = {"read": MERCHANTS_READ.code}
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Merchant]:
        return self.principal.narrow(Merchant.objects.all(), MERCHANTS_READ.code, by="pk")


class ApplicationViewSet(ApplicantActions, ReadOnlyModelViewSet[Application]):
    """Applications, found by their number: one's own; for operators who may see applications and for the platform's
    keys all that were submitted."""

    serializer_class = ApplicationSerializer
    queryset = Application.objects.none()
    filterset_class = ApplicationFilter
    scopes = {"read": APPLICATIONS_READ.code, **dict.fromkeys(WRITES, APPLICATIONS_WRITE.code)}
    max_body = 11 * 1024 * 1024  # a scan of 10 MB and what is typed from it
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]{1,20}"

    def get_queryset(self) -> QuerySet[Application]:
        if self.action in WRITES:
            return self.writable().select_related("policy_version")
        user = self.principal.user
        sees_all = self.principal.reach(APPLICATIONS_READ.code) is None
        sees_all = sees_all or (user is not None and user.is_staff and user.has_perm(selectors.REVIEW))
        # Drafts are the applicant's alone.
        visible = Q(submissions__gt=0) if sees_all else Q(pk__in=())
        if user is not None:
            visible |= Q(applicant=user)
        return Application.objects.filter(visible).select_related("policy_version")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The applications, the newest first."""
        page = cast("list[Application]", self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        context = {**self.get_serializer_context(), "promised": selectors.promised_dates(page)}
        return self.get_paginated_response(ApplicationSerializer(page, many=True, context=context).data)
