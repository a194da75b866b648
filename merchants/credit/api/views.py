"""Reading scores through the API."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from merchants.credit import ledger, selectors
from merchants.credit.api.scopes import SCORES_READ
from merchants.credit.api.serializers import ScoreSerializer
from merchants.credit.models import ScoreSnapshot
from merchants.models import Merchant
from shopops.api.pagination import CursorPages
from shopops.api.problems import InvalidParameters
from shopops.api.views import ApiMixin
from shopops.metrics.selectors import marketplace_day

ON = OpenApiParameter("on", OpenApiTypes.DATE, description="Marketplace day, e.g. 2026-11-21. Default: today.")


class ScoreViewSet(ApiMixin, viewsets.ViewSet):
    """Credit scores of one's own shops; all of them for operators who may see scores and for the platform's keys."""

    pagination_class = CursorPages
    scopes = {"read": SCORES_READ.code}
    query_parameters = {"list": ("on",), "retrieve": ("on",)}
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(parameters=[ON], responses=ScoreSerializer(many=True), operation_id="scores_list")
    def list(self, request: Request) -> Response:
        """The scores with their ledgers, by shop. Shops that have no score yet are left out."""
        day = _day(request)
        scored = ScoreSnapshot.objects.filter(merchant=OuterRef("pk"), day__lte=day)
        pages = self.pagination_class()
        shops = pages.paginate_queryset(self._shops().filter(Exists(scored)), request, view=self) or []
        return pages.get_paginated_response(ScoreSerializer(_scores(shops, day), many=True).data)

    @extend_schema(
        parameters=[ON, OpenApiParameter("id", OpenApiTypes.INT64, "path", description="The merchant's id.")],
        responses=ScoreSerializer,
        operation_id="scores_retrieve",
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """One merchant's score with its ledger; 404 when there is none, or it is not the caller's to see."""
        scores = _scores(self._shops().filter(pk=pk), _day(request))
        if not scores:
            raise NotFound
        return Response(ScoreSerializer(scores[0]).data)

    def _shops(self) -> QuerySet[Merchant]:
        """The shops whose scores the caller may see."""
        return self.principal.narrow(Merchant.objects.all(), SCORES_READ.code, by="pk")


def _day(request: Request) -> dt.date:
    text = request.query_params.get("on")
    if text is None:
        return marketplace_day(timezone.now())
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InvalidParameters({"on": [ErrorDetail(_("Write a date such as 2026-11-21."), "date")]})
    return day


def _scores(shops: "Sequence[Merchant] | QuerySet[Merchant]", day: dt.date) -> "list[dict[str, Any]]":
    """The scores that stood on a day, in the order of the shops."""
    snapshots = selectors.snapshots_on([shop.pk for shop in shops], day)
    return [_score(shop, snapshots[shop.pk], day) for shop in shops if shop.pk in snapshots]


def _score(shop: Merchant, snapshot: ScoreSnapshot, day: dt.date) -> dict[str, Any]:
    book = ledger.build(snapshot, None, day=day)
    names = {line.code: line.name for line in book.lines}
    next_grade, missing = selectors.distance_to_next(snapshot, selectors.policy_of(snapshot))
    return {
        "merchant": shop.pk,
        "external_id": shop.external_id,
        "shop_name": shop.shop_name,
        "since": snapshot.day,
        "score": snapshot.score,
        "grade": snapshot.grade,
        "provisional": snapshot.provisional,
        "next_grade": next_grade.code if next_grade else None,
        "points_to_next_grade": missing,
        "policy": {
            "version": snapshot.policy_version.number,
            "content_hash": snapshot.policy_version.content_hash,
        },
        "components": book.groups,
        "contributions": [
            {
                "component": line.component,
                "item": line.item,
                "name": names[line.item],
                "numerator": line.numerator,
                "denominator": line.denominator,
                "prior": line.prior,
                "adjusted": line.adjusted,
                "by_prior": line.by_prior,
                "points": line.points,
                "max_points": line.max_points,
            }
            for line in snapshot.contributions.all()
        ],
    }
