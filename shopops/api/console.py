"""Pages of the console that make, rotate and revoke API keys. A secret is in the answer to the POST, nowhere else."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from shopops.accounts.models import User
from shopops.api import directory, services
from shopops.api.forms import KeyForm, RotateForm
from shopops.api.models import ApiKey
from shopops.transitions.handler import TransitionRefused

PERMISSION = "api.manage_apikey"
LIST = "admin:api_apikey_changelist"


class ConsoleKeyForm(KeyForm):
    """A new key, in the console's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self,
            name=UnfoldAdminTextInputWidget,
            scopes=UnfoldAdminCheckboxSelectMultipleWidget,
            days=UnfoldAdminSelectWidget,
        )


class ConsoleRotateForm(RotateForm):
    """A new secret, in the console's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, grace=UnfoldAdminSelectWidget)


class RevokeForm(forms.Form):
    """Why a key ends; its owner reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever owns the key reads it."),
    )


def _dress(form: forms.Form, **widgets: type[forms.Widget]) -> None:
    for name, widget in widgets.items():
        field: Any = form.fields[name]
        choices = getattr(field, "choices", None)
        field.widget = widget()
        if choices is not None:
            field.choices = choices


@never_cache
@sensitive_variables("token")
def new(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Make a key of the platform and show its secret, this one time."""
    user = _operator(request)
    form = ConsoleKeyForm(request.POST or None, user=user, merchant_id=None)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = services.create_key(actor=user, **form.key)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _shown(request, site, key, token)
    hint = _("It reaches all shops. Its secret is shown once, right after this.")
    return _ask(request, site, form, _("New key of the platform"), _("Create key"), hint)


@never_cache
@sensitive_variables("token")
def rotate(request: HttpRequest, site: AdminSite, pk: int) -> HttpResponse:
    """Give a key of the platform a new secret and show it."""
    user = _operator(request)
    key = get_object_or_404(ApiKey, pk=pk)
    if key.merchant_id is not None:
        raise Http404  # only the shop may hold its secrets
    form = ConsoleRotateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = services.rotate_key(key=key, actor=user, grace=form.length)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except TransitionRefused as error:
            messages.warning(request, str(error))
            return redirect(LIST)
        else:
            return _shown(request, site, key, token)
    title = _("New secret for “%(name)s”") % {"name": key.name}
    hint = _("The new secret is shown once, right after this.")
    return _ask(request, site, form, title, _("Give a new secret"), hint)


def revoke(request: HttpRequest, site: AdminSite, pk: int) -> HttpResponse:
    """End a key, of the platform or of a shop."""
    user = _operator(request)
    key = get_object_or_404(ApiKey, pk=pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_key(key=key, actor=user, reason=form.cleaned_data["reason"])
            messages.success(request, _("“%(name)s” was revoked and opens nothing any more.") % {"name": key.name})
        except TransitionRefused as error:
            messages.warning(request, str(error))
        return redirect(LIST)
    owner = _("the platform") if key.merchant_id is None else directory.name(key.merchant_id)
    hint = _("Every system that uses it is shut out at once. Owner: %(owner)s.") % {"owner": owner}
    title = _("Revoke “%(name)s”") % {"name": key.name}
    return _ask(request, site, form, title, pgettext("API key", "Revoke"), hint, variant="danger")


def _operator(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not user.has_perm(PERMISSION):
        raise PermissionDenied
    return user


def _ask(
    request: HttpRequest, site: AdminSite, form: forms.Form, title: str, verb: str, hint: str, variant: str = "primary"
) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": title,
        "opts": ApiKey._meta,
        "form": form,
        "verb": verb,
        "hint": hint,
        "variant": variant,
        "back": reverse(LIST),
    }
    return render(request, "admin/api/ask.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, site: AdminSite, key: ApiKey, token: str) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Copy the secret now"),
        "opts": ApiKey._meta,
        "key": key,
        "token": token,
        "back": reverse(LIST),
    }
    return render(request, "admin/api/secret.html", context)
