"""The public notice that a shop is closing (E-Commerce Law art. 16): for everybody, kept by caches for a minute."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from merchants.exits.selectors import closing_shops

PAGE = 50


@require_safe
def closing(request: HttpRequest) -> HttpResponse:
    """The shops that are closing, since when, until when, and where their buyers turn to."""
    page = Paginator(closing_shops(), PAGE).get_page(request.GET.get("page"))
    response = render(request, "exits/closing.html", {"page": page})
    patch_cache_control(response, public=True, max_age=60, stale_if_error=86400)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
