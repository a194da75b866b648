"""Exits through the API: owners ask and take back, the marketplace's systems read who takes no new business."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from merchants.exits import selectors
from merchants.exits.api.filters import ExitFilter
from merchants.exits.api.scopes import EXITS_READ, EXITS_REQUEST
from merchants.exits.api.serializers import AskForExitSerializer, CancelSerializer, ExitDetailSerializer, ExitSerializer
from merchants.exits.errors import AlreadyLeaving, ExitError
from merchants.exits.models import Exit
from merchants.exits.services import asking
from merchants.models import Merchant
from merchants.portal import MissingRight
from shopops.api.pagination import CursorPages
from shopops.api.problems import Conflict, Refused
from shopops.api.views import ApiMixin


class NewestFirst(CursorPages):
    """By the moment of the request."""

    ordering = ("-requested_at", "-id")


class ExitViewSet(ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Exit]):
    """Exits of one's own shops; all for operators who may see exits and for the platform's keys. A termination that
    waits for the second person is not shown."""

    serializer_class = ExitSerializer
    queryset = Exit.objects.none()
    pagination_class = NewestFirst
    filterset_class = ExitFilter
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {"read": EXITS_READ.code, "create": EXITS_REQUEST.code, "cancel": EXITS_REQUEST.code}

    def get_queryset(self) -> QuerySet[Exit]:
        scope = EXITS_REQUEST if self.action == "cancel" else EXITS_READ
        return self.principal.narrow(selectors.visible_to_shop(), scope.code)

    def get_serializer_class(self) -> Any:
        return ExitSerializer if self.action == "list" else ExitDetailSerializer

    @extend_schema(request=AskForExitSerializer, responses={201: ExitDetailSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask to close a shop; for its owner and the keys the owner made. A second request while one is open is
        refused (409)."""
        said = AskForExitSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        values = cast(dict[str, Any], said.validated_data)
        merchant = self.principal.narrow(Merchant.objects.all(), EXITS_REQUEST.code, by="pk").filter(
            pk=values.pop("merchant")
        )
        if (shop := merchant.first()) is None:
            raise Refused(_("There is no shop with this id."), field="merchant", code="does_not_exist")
        leaving = _tried(lambda: asking.request(merchant=shop, actor=self.principal.actor, **values), "reasons")
        address = self.reverse_action("detail", args=[leaving.pk])
        return Response(self.get_serializer(leaving).data, status=201, headers={"Location": address})

    @extend_schema(request=CancelSerializer, responses=ExitDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Take a request back; possible until the settlement begins (else 409)."""
        leaving = self.get_object()
        said = CancelSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        why = cast(dict[str, Any], said.validated_data).get("why", "")
        done = _tried(lambda: asking.take_back(leaving=leaving, actor=self.principal.actor, why=why))
        return Response(self.get_serializer(done).data)


def _tried(act: Any, field: str = "") -> Exit:
    """Do it; what is in the way becomes a problem document."""
    try:
        return cast(Exit, act())
    except AlreadyLeaving as error:
        raise Conflict(str(error)) from error
    except ExitError as error:
        if field:
            raise Refused(str(error), field=field) from error
        raise Conflict(str(error)) from error
    except MissingRight as error:  # the key's maker is the owner no longer
        raise Conflict(_("Only the owner may do this, and who answers for this key is the owner no longer.")) from error
    except ValidationError as error:  # a hold after a suspicious sign-in
        raise Conflict(" ".join(error.messages)) from error
