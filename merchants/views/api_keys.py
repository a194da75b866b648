"""A shop's own API keys: make one, give it a new secret, end it. For members who manage the API."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from merchants.portal import PortalRequest, portal_page
from shopops.api import selectors, services
from shopops.api.effects import PORTAL_RIGHT
from shopops.api.forms import KeyForm, RotateForm
from shopops.api.models import ApiKey
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import TransitionRefused


@require_safe
@portal_page(needs=PORTAL_RIGHT)
def key_list(request: PortalRequest) -> HttpResponse:
    """The shop's keys, the newest first."""
    keys = list(selectors.keys_of(request.merchant.pk))
    context = {
        # A form for each: ids on a page are unique.
        "rows": [(key, RotateForm(auto_id=f"id_{key.pk}_%s")) for key in keys],
        "usable": sum(key.is_usable for key in keys),
        "nav_current": "api",
    }
    return render(request, "portal/api_keys.html", context)


@never_cache
@portal_page(needs=PORTAL_RIGHT)
@sensitive_variables("token")
def new(request: PortalRequest) -> HttpResponse:
    """Make a key; the answer shows its secret, this one time."""
    form = KeyForm(request.POST or None, user=request.user, merchant_id=request.merchant.pk)
    if request.method == "POST" and form.is_valid():
        try:
            refuse_while_held(request.user)
            key, token = services.create_key(actor=request.user, merchant_id=request.merchant.pk, **form.key)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _shown(request, key, token)
    context = {"form": form, "nav_current": "api"}
    return render(request, "portal/api_keys_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@portal_page(needs=PORTAL_RIGHT)
@sensitive_variables("token")
def rotate(request: PortalRequest, pk: int) -> HttpResponse:
    """Give a key a new secret, and show it."""
    key = _own(request, pk)
    form = RotateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose for how long the present secret goes on working."))
        return redirect("api_keys")
    try:
        refuse_while_held(request.user)
        key, token = services.rotate_key(key=key, actor=request.user, grace=form.length)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except TransitionRefused:
        messages.warning(request, _("This key was revoked in the meantime. Nothing was changed."))
    else:
        return _shown(request, key, token)
    return redirect("api_keys")


@require_POST
@portal_page(needs=PORTAL_RIGHT)
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """End a key. Never held back: ending one makes nobody less safe."""
    try:
        key = services.revoke_key(key=_own(request, pk), actor=request.user)
        messages.success(request, _("“%(name)s” was revoked and opens nothing any more.") % {"name": key.name})
    except TransitionRefused:
        messages.warning(request, _("This key was revoked in the meantime. Nothing was changed."))
    return redirect("api_keys")


def _own(request: PortalRequest, pk: int) -> ApiKey:
    return get_object_or_404(selectors.keys_of(request.merchant.pk), pk=pk)


def _shown(request: PortalRequest, key: ApiKey, token: str) -> HttpResponse:
    return render(request, "portal/api_keys_secret.html", {"key": key, "token": token, "nav_current": "api"})
