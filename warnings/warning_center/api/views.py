from typing import Any, cast

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from merchants.portal import shops_of
from shopops.accounts.models import User
from shopops.api.pagination import CursorPages
from shopops.transitions.handler import TransitionRefused
from warning_center import selectors, services
from warning_center.api.serializers import WarningDetailSerializer, WarningSerializer
from warning_center.clock import due_dates
from warning_center.models import Warning

OPERATOR_PERMISSION = "warnings.view_warning"


class NewestFirst(CursorPages):
    """By the moment of issue."""

    ordering = ("-opened_at", "-id")


class WarningViewSet(viewsets.ReadOnlyModelViewSet[Warning]):
    """The warnings of the shops of the person who asks, all for operators who may see warnings; filter with `state`,
    `type` and `intensity` (1-3)."""

    queryset = Warning.objects.none()
    pagination_class = NewestFirst
    lookup_field = "number"
    lookup_value_regex = r"[\w-]+"
    filter_backends = (DjangoFilterBackend,)
    filterset_fields = ("state", "type", "intensity")

    def get_queryset(self) -> QuerySet[Warning]:
        user = cast(User, self.request.user)
        # Operators read all, but only a merchant's own people can say that they have read a warning.
        if self.action != "acknowledge" and user.is_staff and user.has_perm(OPERATOR_PERMISSION):
            found = Warning.objects.all()
        else:
            found = selectors.of_merchants(shop.pk for shop in shops_of(user))
        return found.select_related("policy_version").defer("policy_version__body")

    def get_serializer_class(self) -> type[BaseSerializer[Warning]]:
        return WarningSerializer if self.action == "list" else WarningDetailSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The warnings, the newest first."""
        page = cast(list[Warning], self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        context = {**self.get_serializer_context(), "due": due_dates(page)}
        return self.get_paginated_response(WarningSerializer(page, many=True, context=context).data)

    @extend_schema(
        request=None,
        responses={200: WarningDetailSerializer, 409: OpenApiResponse(description="It is past that state.")},
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, number: str) -> Response:
        """Record that the merchant has read it. Asking again changes nothing and succeeds."""
        warning = self.get_object()
        try:
            warning = services.acknowledge(warning=warning, actor=cast(User, request.user))
        except TransitionRefused as error:
            warning.refresh_from_db()
            if warning.state != Warning.State.ACKNOWLEDGED:
                return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(warning).data)
