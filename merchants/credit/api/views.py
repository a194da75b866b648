"""Reading scores through the API."""

import datetime as dt
from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from merchants.credit import ledger, selectors
from merchants.credit.api.serializers import ScoreSerializer
from merchants.credit.models import ScoreSnapshot
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.api.pagination import CursorPages
from shopops.metrics.selectors import marketplace_day

OPERATOR_PERMISSION = "credit.view_scoresnapshot"

ON = OpenApiParameter("on", OpenApiTypes.DATE, description="Marketplace day, e.g. 2026-11-21. Default: today.")


class ScoreViewSet(viewsets.ViewSet):
    """Credit scores. Merchants read their own; operators who may see scores read all."""

    pagination_class = CursorPages

    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(parameters=[ON], responses=ScoreSerializer(many=True), operation_id="scores_list")
    def list(self, request: Request) -> Response:
        """Return the scores that the caller may see, with their ledgers. Shops that have no score yet are left out."""
        day = _day(request)
        scored = ScoreSnapshot.objects.filter(merchant=OuterRef("pk"), day__lte=day)
        pages = self.pagination_class()
        shops = pages.paginate_queryset(_shops(request).filter(Exists(scored)), request, view=self) or []
        scores = [score for shop in shops if (score := _score(shop, day))]
        return pages.get_paginated_response(ScoreSerializer(scores, many=True).data)

    @extend_schema(
        parameters=[ON, OpenApiParameter("id", OpenApiTypes.INT64, "path", description="The merchant's id.")],
        responses=ScoreSerializer,
        operation_id="scores_retrieve",
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one merchant's score with its ledger; 404 when there is none, or it is not the caller's to see."""
        shop = _shops(request).filter(pk=pk).first()
        score = _score(shop, _day(request)) if shop else None
        if score is None:
            raise NotFound
        return Response(ScoreSerializer(score).data)


def _shops(request: Request) -> QuerySet[Merchant]:
    """The shops whose scores the caller may see."""
    user = cast(User, request.user)
    if user.is_staff and user.has_perm(OPERATOR_PERMISSION):
        return Merchant.objects.all()
    return Merchant.objects.filter(members__user=user)


def _day(request: Request) -> dt.date:
    text = request.query_params.get("on")
    if not text:
        return marketplace_day(timezone.now())
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"on": _("Write a date such as 2026-11-21.")})
    return day


def _score(shop: Merchant, day: dt.date) -> dict[str, Any] | None:
    snapshot = selectors.snapshot_on(shop.pk, day)
    if snapshot is None:
        return None
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
