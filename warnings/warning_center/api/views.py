"""Warnings through the API: reading them, and what a shop can do about its own."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from shopops.api.pagination import CursorPages
from shopops.api.problems import Conflict
from shopops.api.views import ApiMixin
from shopops.transitions.handler import TransitionRefused
from warning_center import services
from warning_center.api.filters import WarningFilter
from warning_center.api.scopes import WARNINGS_ANSWER, WARNINGS_READ
from warning_center.api.serializers import SubmitSerializer, WarningDetailSerializer, WarningSerializer
from warning_center.clock import due_dates
from warning_center.models import Warning


class NewestFirst(CursorPages):
    """By the moment of issue."""

    ordering = ("-opened_at", "-id")


class WarningViewSet(ApiMixin, viewsets.ReadOnlyModelViewSet[Warning]):
    """The warnings of one's own shops; all for operators who may see warnings and for the platform's keys. Only a
    shop's own people and keys can answer one."""

    queryset = Warning.objects.none()
    pagination_class = NewestFirst
    lookup_field = "number"
    lookup_value_regex = r"[A-Za-z0-9-]{1,24}"
    filterset_class = WarningFilter
    scopes = {"read": WARNINGS_READ.code, "write": WARNINGS_ANSWER.code}

    def get_queryset(self) -> QuerySet[Warning]:
        scope = WARNINGS_ANSWER if self.request.method == "POST" else WARNINGS_READ
        warnings = self.principal.narrow(Warning.objects.all(), scope.code)
        if self.action != "list":
            warnings = warnings.prefetch_related("findings")
        return warnings.select_related("policy_version").defer("policy_version__body")

    def get_serializer_class(self) -> type[BaseSerializer[Warning]]:
        return cast(
            type[BaseSerializer[Warning]], WarningSerializer if self.action == "list" else WarningDetailSerializer
        )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The warnings, the newest first."""
        page = cast("list[Warning]", self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        context = {**self.get_serializer_context(), "due": due_dates(page)}
        return self.get_paginated_response(WarningSerializer(page, many=True, context=context).data)

    @extend_schema(request=None, responses=WarningDetailSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, number: str) -> Response:
        """Record that the shop has read it. Asking again changes nothing and succeeds."""
        return self._step(services.acknowledge, Warning.State.ACKNOWLEDGED)

    @extend_schema(request=None, responses=WarningDetailSerializer)
    @action(detail=True, methods=["post"])
    def rectify(self, request: Request, number: str) -> Response:
        """Record that the shop works on it. Asking again changes nothing and succeeds."""
        return self._step(services.start_rectifying, Warning.State.RECTIFYING)

    @extend_schema(request=SubmitSerializer, responses=WarningDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, number: str) -> Response:
        """Ask for the re-check, which follows at once: the warning comes back revoked, or in rectifying as before.

        With `finding` a request that comes after another check is refused (409), so that nobody submits twice."""
        warning = self.get_object()
        said = SubmitSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        seen = said.validated_data.get("finding") or services.newest_finding_id(warning)
        note = said.validated_data.get("note", "")
        done = services.submit(warning=warning, actor=self.principal.actor, note=note, seen=seen, at=timezone.now())
        return self._answer(done)

    def _step(self, verb: Callable[..., Warning], reached: str) -> Response:
        """Do it; whoever asks twice gets the same answer."""
        warning = self.get_object()
        try:
            warning = verb(warning=warning, actor=self.principal.actor)
        except TransitionRefused as error:
            warning.refresh_from_db()
            if warning.state != reached:
                raise Conflict(str(error)) from error
        return self._answer(warning)

    def _answer(self, warning: Warning) -> Response:
        return Response(WarningDetailSerializer(warning, context=self.get_serializer_context()).data)
