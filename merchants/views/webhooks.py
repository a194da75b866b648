"""A shop's own webhook endpoints, for members who manage the API. See `shopops.webhooks.desk`."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from merchants.portal import PortalRequest, portal_page
from shopops.signin.holds import refuse_while_held
from shopops.webhooks import desk
from shopops.webhooks.desk import Desk
from shopops.webhooks.models import Endpoint

NEEDS = "api.manage"


@require_safe
@portal_page(needs=NEEDS)
def overview(request: PortalRequest) -> HttpResponse:
    """The shop's endpoints."""
    return desk.overview(_desk(request))


@portal_page(needs=NEEDS)
def new(request: PortalRequest) -> HttpResponse:
    """Add one."""
    return desk.new(_desk(request))


@require_safe
@portal_page(needs=NEEDS)
def endpoint(request: PortalRequest, pk: int) -> HttpResponse:
    """One endpoint with its log."""
    return desk.endpoint(_desk(request), pk)


@portal_page(needs=NEEDS)
def edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change one."""
    return desk.edit(_desk(request), pk)


@require_POST
@portal_page(needs=NEEDS)
def act(request: PortalRequest, pk: int, verb: str) -> HttpResponse:
    """A button of an endpoint."""
    return desk.act(_desk(request), pk, verb)


@require_safe
@portal_page(needs=NEEDS)
def delivery(request: PortalRequest, pk: int) -> HttpResponse:
    """One delivery with its attempts."""
    return desk.delivery(_desk(request), pk)


@require_POST
@portal_page(needs=NEEDS)
def act_on_delivery(request: PortalRequest, pk: int, verb: str) -> HttpResponse:
    """A button of a delivery."""
    return desk.act_on_delivery(_desk(request), pk, verb)


@require_safe
@portal_page(needs=NEEDS)
def events(request: PortalRequest) -> HttpResponse:
    """The catalogue."""
    return desk.events(_desk(request))


def _desk(request: PortalRequest) -> Desk:
    return Desk(
        request=request,
        actor=request.user,
        endpoints=Endpoint.objects.filter(merchant_id=request.merchant.pk),
        own=request.merchant.pk,
        is_portal=True,
        may_change=True,
        context={"nav_current": "webhooks"},
        refuse=lambda: refuse_while_held(request.user),
    )
