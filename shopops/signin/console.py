"""The console's pages about a person's sign-in, and the permission matrix."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopops.accounts.matrices import matrices
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.adminbase import console_page
from shopops.signin import factors, holds, matrix, sessions
from shopops.signin.forms import ReasonForm

LATEST = 20


@dataclass(frozen=True)
class Step:
    """Something an operator may do to somebody else's account, with a reason. `do` returns how much it did."""

    code: str
    permission: str
    verb: str | Promise
    hint: str | Promise
    done: str | Promise
    do: Callable[..., int]


STEPS = {
    step.code: step
    for step in (
        Step(
            "end-sessions",
            "signin.end_sessions",
            gettext_lazy("End all sessions"),
            gettext_lazy("The person is signed out everywhere at once and can sign in again."),
            gettext_lazy("All sessions are ended."),
            sessions.end_all_by,
        ),
        Step(
            "lift-hold",
            "signin.lift_hold",
            gettext_lazy("Lift the hold"),
            gettext_lazy(
                "E-mail, phone, members and keys can be changed again. Be sure that the person is who they say."
            ),
            gettext_lazy("The hold is lifted."),
            holds.lift,
        ),
        Step(
            "reset-factors",
            "signin.reset_factors",
            gettext_lazy("Remove second factors"),
            gettext_lazy(
                "For a lost phone or key: the password alone signs in until a new factor is set up. All sessions end."
            ),
            gettext_lazy("The second factors are removed, and all sessions ended."),
            factors.reset,
        ),
    )
}


@console_page("signin.view_signin")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Sessions, second factors, hold and recent sign-ins of one person."""
    operator = cast(User, request.user)
    user = get_object_or_404(User, pk=pk)
    hold = holds.standing(user)
    kinds = Authenticator.objects.filter(user_id=user.pk).order_by("created_at")
    offered = [step for step in STEPS.values() if _may(operator, user, step)]
    pointless = {"lift-hold"} if hold is None else set()
    pointless |= set() if kinds else {"reset-factors"}
    offered = [step for step in offered if step.code not in pointless]
    context = {
        **admin.site.each_context(request),
        "title": _("Sign-in of %(name)s") % {"name": user},
        "person": user,
        "hold": hold,
        "factors": [(each.get_type_display(), each.created_at, each.last_used_at) for each in kinds],
        "sessions": sessions.open_sessions(user),
        "sign_ins": user.sign_ins.all()[:LATEST],
        "steps": [(step, reverse("admin:accounts_user_step", args=[user.pk, step.code])) for step in offered],
        "back": reverse("admin:accounts_user_change", args=[user.pk]),
    }
    return render(request, "signin/console/person.html", context)


@console_page("signin.view_signin")
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Ask for the reason (GET), then do it (POST)."""
    operator = cast(User, request.user)
    chosen = STEPS.get(code)
    if chosen is None:
        raise Http404
    user = get_object_or_404(User, pk=pk)
    if not _may(operator, user, chosen):
        raise PermissionDenied
    back = reverse("admin:accounts_user_sign_in", args=[user.pk])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen.do(user=user, actor=operator, reason=form.cleaned_data["reason"])
        messages.success(request, str(chosen.done))
        return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": f"{chosen.verb} · {user}",
        "step": chosen,
        "form": form,
        "back": back,
    }
    return render(request, "signin/console/step.html", context, status=422 if form.errors else 200)


def _may(operator: User, user: User, chosen: Step) -> bool:
    """Nobody does it to themselves, and a superuser's account is for superusers."""
    if operator.pk == user.pk or (user.is_superuser and not operator.is_superuser):
        return False
    return operator.has_perm(chosen.permission)


@console_page("signin.view_permissions")
def permissions(request: HttpRequest) -> HttpResponse:
    """Which role may do what, and who has each role."""
    operator = cast(User, request.user)
    others: list[dict[str, Any]] = [
        {"label": each.label, "roles": each.roles(), "rows": each.rows()} for each in matrices
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Permissions"),
        "roles": [role.label for role in Role],
        "groups": matrix.by_app(),
        "people": matrix.people_by_role() if operator.has_perm("accounts.view_user") else None,
        "others": others,
    }
    return render(request, "signin/console/permissions.html", context)


#: (route, view, name) below a person's page in the console.
PERSON_PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("<int:pk>/sign-in/", person, "accounts_user_sign_in"),
    ("<int:pk>/sign-in/<slug:code>/", step, "accounts_user_step"),
]
