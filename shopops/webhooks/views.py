"""The console's pages of webhooks. See `desk`."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.webhooks import desk
from shopops.webhooks.desk import Desk
from shopops.webhooks.models import Endpoint

VIEW = "webhooks.view_endpoint"
CHANGE = "webhooks.change_endpoint"


@console_page(VIEW)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every endpoint: the platform's and the merchants'."""
    return desk.overview(_desk(request))


@console_page(VIEW, CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Add one of the platform's."""
    return desk.new(_desk(request))


@console_page(VIEW)
@require_safe
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint with its log."""
    return desk.endpoint(_desk(request), pk)


@console_page(VIEW, CHANGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one of the platform's."""
    return desk.edit(_desk(request), pk)


@console_page(VIEW, CHANGE)
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A button of an endpoint."""
    return desk.act(_desk(request), pk, verb)


@console_page(VIEW)
@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery with its attempts."""
    return desk.delivery(_desk(request), pk)


@console_page(VIEW, CHANGE)
@require_POST
def act_on_delivery(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A button of a delivery."""
    return desk.act_on_delivery(_desk(request), pk, verb)


@console_page(VIEW)
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    return desk.events(_desk(request))


def _desk(request: HttpRequest) -> Desk:
    user = cast(User, request.user)
    return Desk(
        request=request,
        actor=user,
        endpoints=Endpoint.objects.all(),
        own=None,
        is_portal=False,
        may_change=user.has_perm(CHANGE),
        context=admin.site.each_context(request),
    )
