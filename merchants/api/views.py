"""What a signed-in person may read of merchants and applications."""

from django.db.models import Q, QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from merchants import selectors
from merchants.api.serializers import ApplicationSerializer, MerchantSerializer
from merchants.models import Application, Merchant
from shopops.api.pagination import CursorPages


class MerchantViewSet(ReadOnlyModelViewSet[Merchant]):
    """One's own shops; all of them for operators who may see merchants."""

    serializer_class = MerchantSerializer
    queryset = Merchant.objects.none()
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Merchant]:
        user = self.request.user
        if not user.is_authenticated:
            return Merchant.objects.none()
        everything = Merchant.objects.all()
        if user.is_staff and user.has_perm("merchants.view_merchant"):
            return everything
        return everything.filter(members__user=user)


class ApplicationViewSet(ReadOnlyModelViewSet[Application]):
    """One's own applications, found by their number; for operators who may see applications all that were submitted."""

    serializer_class = ApplicationSerializer
    queryset = Application.objects.none()
    pagination_class = CursorPages
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]+"

    def get_queryset(self) -> QuerySet[Application]:
        user = self.request.user
        if not user.is_authenticated:
            return Application.objects.none()
        found = selectors.applications_of(user)
        if user.is_staff and (user.has_perm("merchants.view_application") or user.has_perm(selectors.REVIEW)):
            # Drafts are the applicant's alone.
            found = Application.objects.filter(Q(submissions__gt=0) | Q(applicant=user))
        return found.select_related("policy_version")
