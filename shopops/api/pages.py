"""The description of the API and its pages for people. Public: nothing in them is secret."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from shopops.api.problem_types import TYPES
from shopops.api.scopes import scopes
from shopops.api.views import ApiMixin


class SchemaView(ApiMixin, SpectacularAPIView):
    """OpenAPI 3.1, in YAML or JSON as asked for."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The description; made once per process and language."""
        response = Response(_description(get_language() or ""))
        response["Cache-Control"] = "public, max-age=300"
        return response

    def known_parameters(self) -> set[str]:
        """`format` chooses YAML or JSON, as Accept does."""
        return {"lang", "format"}


@lru_cache(maxsize=8)
def _description(language: str) -> Any:
    return SchemaGenerator().get_schema(public=True)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page on which requests can be tried out."""
    return render(request, "api/docs.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem: what it means, what to do. The `type` of a problem leads here."""
    found = {"problems": TYPES.values(), "scopes": sorted(scopes, key=lambda scope: scope.code)}
    return render(request, "api/problems.html", found)
