"""What lists are narrowed by: django-filter, with errors that name the parameter."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from shopops.api.fields import TEXT_PATTERN
from shopops.api.problems import InvalidParameters

MAX_ID = 2**63 - 1


class Filters(DjangoFilterBackend):
    """The API's filter backend."""

    def filter_queryset(self, request: Request, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        """Raises InvalidParameters for values that the filters do not take."""
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise InvalidParameters({name: _details(errors) for name, errors in filterset.errors.as_data().items()})
        return filterset.qs


def _details(errors: list[Any]) -> list[Any]:
    from rest_framework.fields import get_error_detail

    return [detail for error in errors for detail in get_error_detail(error)]


class IdField(forms.IntegerField):
    """An id as the database counts them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "min_value": 1, "max_value": MAX_ID})


@extend_schema_field({"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_ID})
class IdFilter(filters.NumberFilter):
    """Equal to an id."""

    field_class = IdField


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 64, "pattern": TEXT_PATTERN})
class NameFilter(filters.CharFilter):
    """Equal to a text of at most 64 letters, such as an order number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 64})
