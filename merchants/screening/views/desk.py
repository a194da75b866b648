"""The one page that outside reviewers have: what they are asked, and the API keys by which they answer."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from merchants.screening import selectors
from merchants.screening.due import due_dates
from merchants.screening.models import OpinionRequest
from merchants.screening.services.opinions import GIVE
from merchants.views.common import person
from shopops.accounts.models import User
from shopops.api import services as keys
from shopops.api.forms import KeyForm
from shopops.api.models import ApiKey
from shopops.api.selectors import keys_of
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import TransitionRefused

LISTED = 50


def _reviewer(request: HttpRequest) -> User:
    user = person(request)
    if not user.has_perm(GIVE):
        raise PermissionDenied
    return user


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The open requests, the latest answers, and one's keys."""
    user, now = _reviewer(request), timezone.now()
    requests = list(selectors.requests_of(user).order_by("-asked_at", "-pk")[:LISTED])
    due = due_dates([each for each in requests if each.state == OpinionRequest.State.OPEN])
    context = {
        "requests": [(each, due.get(each.pk), each.pk in due and due[each.pk] < now) for each in requests],
        "open": len(due),
        "keys": _keys(user),
        "form": KeyForm(user=user, merchant_id=None),
    }
    return render(request, "screening/desk.html", context)


@never_cache
@login_required
@require_POST
@sensitive_variables("token")
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key of one's own and show its secret, this one time."""
    user = _reviewer(request)
    form = KeyForm(request.POST, user=user, merchant_id=None)
    if form.is_valid():
        try:
            refuse_while_held(user)
            key, token = keys.create_key(actor=user, **form.key)
        except ValidationError as error:
            form.add_error(None, cast(Any, error.messages))
        else:
            return render(request, "screening/secret.html", {"key": key, "token": token})
    context = {"requests": [], "open": 0, "keys": _keys(user), "form": form, "only_key": True}
    return render(request, "screening/desk.html", context, status=422)


@login_required
@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key of one's own."""
    user = _reviewer(request)
    key = get_object_or_404(ApiKey, pk=pk, merchant_id__isnull=True, created_by=user)
    try:
        keys.revoke_key(key=key, actor=user)
        messages.success(request, _("“%(name)s” was revoked and opens nothing any more.") % {"name": key.name})
    except TransitionRefused:
        messages.warning(request, _("This key was revoked in the meantime. Nothing was changed."))
    return redirect("outside:home")


def _keys(user: User) -> list[ApiKey]:
    return list(keys_of(None).filter(created_by=user, state=ApiKey.State.ACTIVE))
