"""What the bar above a list sends: save, rename, share, open with, delete."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.saved_views import services
from shopops.saved_views.models import SavedView
from shopops.saved_views.pages import may_open
from shopops.saved_views.selectors import changeable, visible

USE = "saved_views.view_savedview"


@console_page(USE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of a list under a name."""
    page = request.POST.get("page", "")
    if not may_open(request, page):
        return _refused(request)
    try:
        view = services.save_view(
            owner=_person(request),
            page=page,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            shared_with=request.POST.get("shared_with", ""),
            opens="opens" in request.POST,
        )
    except services.NotSaved as error:
        messages.error(request, str(error))
        return _back(request)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return _back(request)


@console_page(USE)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename and share a view, delete it, or let the list open with it; those of others stay as they are."""
    user = _person(request)
    view = get_object_or_404(SavedView, pk=pk)
    is_theirs = visible(user, view.page).filter(pk=pk).exists() or changeable(user).filter(pk=pk).exists()
    if not is_theirs or not may_open(request, view.page):
        return _refused(request)
    verb = request.POST.get("verb", "")
    try:
        if verb == "delete":
            services.delete_view(view=view, actor=user)
            messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
        elif verb == "open":
            services.open_with(user=user, view=view)
            messages.success(request, _("This list opens with “%(name)s” from now on.") % {"name": view.name})
        elif verb == "plain":
            services.open_plain(user=user, page=view.page)
            messages.success(request, _("This list opens without filters from now on."))
        else:
            name, shared_with = request.POST.get("name", ""), request.POST.get("shared_with", "")
            services.change_view(view=view, actor=user, name=name, shared_with=shared_with)
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    except services.NotSaved as error:
        messages.error(request, str(error))
    return _back(request)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _refused(request: HttpRequest) -> HttpResponse:
    """The same answer for a view or page that does not exist and for one that is not the person's."""
    messages.error(request, _("This view is not yours, or you cannot open its list. Nothing changed."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list, if what the form says is a page of ours."""
    wanted = request.POST.get("next", "")
    # A bare word would be taken for the name of a page.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, request.is_secure()
    )
    return redirect(wanted if is_ours else reverse("admin:index"))
