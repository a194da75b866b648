"""The API of outside reviewers: what they are asked, the facts and files they need, and their opinion."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from merchants import services as onboarding
from merchants.errors import ReasonNeeded
from merchants.models import Document
from merchants.screening import selectors, services
from merchants.screening.api.facts import readable
from merchants.screening.api.filters import OpinionRequestFilter
from merchants.screening.api.scopes import REVIEWS_READ, REVIEWS_WRITE
from merchants.screening.api.serializers import OpinionCaseSerializer, OpinionRequestSerializer, OpinionSerializer
from merchants.screening.due import due_dates
from merchants.screening.models import OpinionRequest
from merchants.screening.services.opinions import GIVE
from shopops.accounts.models import User
from shopops.api.pagination import CursorPages
from shopops.api.problems import Conflict, Gone, Refused
from shopops.api.renderers import FileRenderer
from shopops.api.views import ApiMixin
from shopops.uploads import hand_out

#: What documents can be.
SCANS = ("application/pdf", "image/jpeg", "image/png")
_DOCUMENT = OpenApiParameter("document", OpenApiTypes.INT64, "path", description="The document's id.")


class LatestFirst(CursorPages):
    """By the moment of asking."""

    ordering = ("-asked_at", "-id")


class OpinionRequestViewSet(
    ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[OpinionRequest]
):
    """What the person who answers for the key, or who is signed in, was asked. Nobody reaches what others were asked,
    whatever other rights they have."""

    serializer_class = OpinionRequestSerializer
    queryset = OpinionRequest.objects.none()
    pagination_class = LatestFirst
    filterset_class = OpinionRequestFilter
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {"read": REVIEWS_READ.code, "opinion": REVIEWS_WRITE.code}
    problems = {"retrieve": ("gone",), "opinion": ("gone",), "document": ("conflict", "gone")}

    def get_queryset(self) -> QuerySet[OpinionRequest]:
        return selectors.requests_of(self._reviewer())

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    def _reviewer(self) -> User:
        """The person; a key opens nothing once they left or lost the role."""
        person = self.principal.actor
        if not person.is_active or not person.has_perm(GIVE):
            raise PermissionDenied(_("Whoever answers for this key is no outside reviewer any more."))
        return person

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The requests, the latest first; withdrawn ones stay in the list by their state."""
        page = cast("list[OpinionRequest]", self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        due = due_dates([each for each in page if each.state == OpinionRequest.State.OPEN])
        context = {**self.get_serializer_context(), "due": due}
        return self.get_paginated_response(OpinionRequestSerializer(page, many=True, context=context).data)

    @extend_schema(responses=OpinionCaseSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One request with the facts of the application, while it is open; 410 once it was withdrawn."""
        found = self._standing()
        return Response(OpinionCaseSerializer(found, context=self.get_serializer_context()).data)

    @extend_schema(parameters=[_DOCUMENT], responses={(200, each): OpenApiTypes.BINARY for each in SCANS})
    @action(
        detail=True,
        methods=["get"],
        url_path=r"documents/(?P<document>[0-9]{1,18})",
        url_name="document",
        renderer_classes=[FileRenderer],
    )
    def document(self, request: Request, pk: str, document: str) -> HttpResponseBase:
        """The file of a document, while the request is open; each download is logged. 409 once the opinion is given."""
        found = self._standing()
        if found.state != OpinionRequest.State.OPEN:
            raise Conflict(_("The opinion is given; files are open to you only before."))
        file = next((each for each in readable(found.application) if each.pk == int(document)), None)
        if file is None:
            raise Http404
        return self._handed_out(file)

    def _handed_out(self, document: Document) -> HttpResponseBase:
        try:
            opened = document.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        onboarding.record_opening(document=document, actor=self.principal.actor)
        return hand_out(opened, original_name=document.original_name, content_type=document.content_type)

    @extend_schema(request=OpinionSerializer, responses=OpinionRequestSerializer)
    @action(detail=True, methods=["post"])
    def opinion(self, request: Request, pk: str) -> Response:
        """Give the opinion, once: 409 when it is given already, 410 when the request was withdrawn, 422 for reasons
        that do not fit. It decides nothing."""
        found = self._standing()
        said = OpinionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            given = services.give(
                request=found,
                actor=self._reviewer(),
                view=said.validated_data["opinion"],
                reason_codes=said.validated_data["reasons"],
                note=said.validated_data["note"],
            )
        except ReasonNeeded as error:
            raise Refused(str(error), field="reasons", code="unprocessable") from error
        except services.NotOpen as error:
            raise Conflict(str(error)) from error
        except services.OpinionError as error:
            raise Refused(str(error), field="reasons") from error
        return Response(self.get_serializer(given).data)

    def _standing(self) -> OpinionRequest:
        """The request that is asked for; raises Gone for one that was withdrawn."""
        found = self.get_object()
        if found.state == OpinionRequest.State.WITHDRAWN:
            raise Gone(_("This request was withdrawn: no opinion is needed any more."))
        return found
