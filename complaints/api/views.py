"""Complaints through the API: the marketplace files them, shops read and answer theirs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import selectors, services
from complaints.api.filters import ComplaintFilter
from complaints.api.scopes import COMPLAINTS_ANSWER, COMPLAINTS_FILE, COMPLAINTS_READ
from complaints.api.serializers import ComplaintAnswerSerializer, ComplaintSerializer, FileComplaintSerializer
from complaints.models import Complaint
from merchants.models import Merchant
from shopops.api.pagination import CursorPages
from shopops.api.problems import Conflict, Refused
from shopops.api.views import ApiMixin


class NewestFirst(CursorPages):
    """By the moment of filing."""

    ordering = ("-filed_at", "-id")


class ComplaintViewSet(ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Complaint]):
    """Complaints about one's own shops; all for operators who may see complaints and for the platform's keys."""

    serializer_class = ComplaintSerializer
    queryset = Complaint.objects.none()
    pagination_class = NewestFirst
    filterset_class = ComplaintFilter
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {
        "read": COMPLAINTS_READ.code,
        "create": COMPLAINTS_FILE.code,
        "answer": COMPLAINTS_ANSWER.code,
    }

    def get_queryset(self) -> QuerySet[Complaint]:
        scope = COMPLAINTS_ANSWER if self.action == "answer" else COMPLAINTS_READ
        return self.principal.narrow(Complaint.objects.all(), scope.code)

    @extend_schema(request=FileComplaintSerializer, responses={201: ComplaintSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """File a buyer's complaint. The shop is told, and its time to answer starts; a second one about the same order
        and class while the first is open is refused (409)."""
        said = FileComplaintSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        complaint = {name: value for name, value in said.validated_data.items() if name != "merchant"}
        merchant = _merchant(complaint["order_reference"], said.validated_data.get("merchant"))
        try:
            filed = services.file_complaint(merchant=merchant, actor=self.principal.actor, **complaint)
        except services.AlreadyOpen as error:
            raise Conflict(str(error)) from error
        address = self.reverse_action("detail", args=[filed.pk])
        return Response(self.get_serializer(filed).data, status=201, headers={"Location": address})

    @extend_schema(request=ComplaintAnswerSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Answer a complaint for the shop; once, and not after the decision (409)."""
        complaint = self.get_object()
        said = ComplaintAnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        answered = services.answer(complaint=complaint, actor=self.principal.actor, text=said.validated_data["text"])
        return Response(self.get_serializer(answered).data)


def _merchant(order_reference: str, merchant_id: int | None) -> Merchant:
    """The shop that is meant. Raises Refused naming the field that does not tell."""
    if merchant_id is not None:
        merchant = Merchant.objects.filter(pk=merchant_id).first()
        if merchant is None:
            raise Refused(_("There is no shop with this id."), field="merchant", code="does_not_exist")
        return merchant
    shops = list(selectors.shops_with_order(order_reference)[:2])
    if not shops:
        detail = _("We know no order “%(number)s”. Name the shop in “merchant”.") % {"number": order_reference}
        raise Refused(detail, field="order_reference", code="does_not_exist")
    if len(shops) > 1:
        raise Refused(
            _("Several shops have an order with this number. Name the shop."), field="merchant", code="required"
        )
    return shops[0]
