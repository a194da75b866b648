"""A shop's timeline, and records of contact."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from merchants.file import services, timeline
from merchants.file.api.scopes import TIMELINE_READ, VISITS_READ, VISITS_WRITE
from merchants.file.api.serializers import RecordSerializer, TimelineSerializer, VisitSerializer
from merchants.file.models import Visit
from merchants.models import Member, Merchant
from shopops.api.filters import IdFilter
from shopops.api.pagination import CursorPages
from shopops.api.principals import Principal
from shopops.api.problems import InvalidParameters, Refused
from shopops.api.scopes import scopes
from shopops.api.views import ApiMixin

_PARAMETERS = [
    OpenApiParameter("merchant_id", OpenApiTypes.INT64, "path", description="The merchant's id."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From the link `next`, as it is."),
    OpenApiParameter("source", OpenApiTypes.STR, description="Only what this source tells."),
    OpenApiParameter("since", OpenApiTypes.DATE, description="From this marketplace day on."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Until this marketplace day."),
]


class TimelineViewSet(ApiMixin, viewsets.GenericViewSet[Merchant]):
    """What happened to a shop: for operators with all that their permissions let them see, for the shop's own people
    what concerns it and their role may read, for keys what their other scopes cover."""

    queryset = Merchant.objects.none()
    serializer_class = TimelineSerializer
    pagination_class = None
    scopes = {"read": TIMELINE_READ.code}
    query_parameters = {"list": ("cursor", "source", "since", "until")}

    @extend_schema(parameters=_PARAMETERS, responses=TimelineSerializer)
    def list(self, request: Request, merchant_id: str) -> Response:
        """A page of the timeline, the newest first."""
        reached = self.principal.narrow(Merchant.objects.all(), TIMELINE_READ.code, by="pk")
        merchant = get_object_or_404(reached, pk=int(merchant_id))
        of = _chosen(sources_for(self.principal, merchant), request.query_params.get("source"))
        cursor = request.query_params.get("cursor", "")
        if cursor and timeline.Cursor.read(cursor) is None:
            raise InvalidParameters({"cursor": [ErrorDetail(_("This is no cursor of this list."), "cursor")]})
        found = timeline.page(merchant, of, cursor=cursor, period=_period(request))
        return Response(
            TimelineSerializer({"next": _next(request, found.older) or None, "results": found.entries}).data
        )


def sources_for(principal: Principal, merchant: Merchant) -> list[timeline.Source]:
    """What a caller who reaches the merchant may read of its timeline."""
    if principal.key is not None:
        covered = {scopes.get(code).portal for code in principal.key.scopes if code in scopes}
        return timeline.for_shop({right for right in covered if right})
    user = principal.user
    assert user is not None, "Anonymous callers reach no merchant."
    if principal.reach(TIMELINE_READ.code) is None:
        return timeline.for_operator(user)
    member = Member.objects.select_related("merchant").filter(merchant=merchant, user=user).first()
    return timeline.for_shop(member.permissions if member else ())


def _chosen(there: "list[timeline.Source]", code: str | None) -> "list[timeline.Source]":
    if code is None:
        return there
    chosen = [each for each in there if each.code == code]
    if not chosen:
        known = ", ".join(each.code for each in there)
        detail = _("There is no such source; you may read: %(known)s.") % {"known": known}
        raise InvalidParameters({"source": [ErrorDetail(detail, "invalid_choice")]})
    return chosen


def _period(request: Request) -> timeline.Period:
    since, until = _day(request, "since"), _day(request, "until")
    return timeline.Period(_start(since), _start(until + dt.timedelta(days=1)) if until else None)


def _day(request: Request, name: str) -> dt.date | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not dt.date(1900, 1, 1) <= day < dt.date(9000, 1, 1):
        detail = _("Write a day as 2026-11-21.")
        raise InvalidParameters({name: [ErrorDetail(detail, "invalid")]})
    return day


def _start(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


def _next(request: Request, cursor: str) -> str:
    if not cursor:
        return ""
    values = request.query_params.copy()
    values["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{values.urlencode()}")


class VisitFilter(filters.FilterSet):
    """Contacts by merchant and kind, and those with something to follow."""

    merchant = IdFilter(field_name="merchant_id", help_text="The merchant's id.")
    kind = filters.ChoiceFilter(choices=Visit.Kind.choices)

    class Meta:
        model = Visit
        fields = ("merchant", "kind")


class LatestFirst(CursorPages):
    """By the moment of the contact."""

    ordering = ("-at", "-id")


class VisitViewSet(ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Visit]):
    """Records of contact with merchants, for operators and keys of the platform."""

    serializer_class = VisitSerializer
    queryset = Visit.objects.none()
    pagination_class = LatestFirst
    filterset_class = VisitFilter
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {"read": VISITS_READ.code, "create": VISITS_WRITE.code}

    def get_queryset(self) -> QuerySet[Visit]:
        return self.principal.narrow(Visit.objects.select_related("by"), VISITS_READ.code)

    @extend_schema(request=RecordSerializer, responses={201: VisitSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record a contact. With a follow-up it waits in the operators' queue on that day."""
        said = RecordSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        facts = dict(said.validated_data)
        merchant = Merchant.objects.filter(pk=facts.pop("merchant")).first()
        if merchant is None:
            raise Refused(_("There is no shop with this id."), field="merchant", code="does_not_exist")
        try:
            made = services.record_visit(merchant=merchant, by=self.principal.actor, **facts)
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise Refused(" ".join(messages), field=field, code="invalid") from error
        address = self.reverse_action("detail", args=[made.pk])
        return Response(self.get_serializer(made).data, status=201, headers={"Location": address})
