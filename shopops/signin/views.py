"""The pages on which people look after their own account: security at a glance, sessions, recent sign-ins, a hold."""

from typing import cast

from allauth.account.internal.flows.logout import logout
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shopops.accounts.models import User
from shopops.signin import factors, holds, sessions
from shopops.signin.models import SignIn

PAGE = 30
_AT_A_GLANCE = 5


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factors, recovery codes, sessions and the last sign-ins on one page."""
    user = cast(User, request.user)
    kinds = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    hold = holds.standing(user)
    return render(
        request,
        "signin/security.html",
        {
            "has_app": Authenticator.Type.TOTP in kinds,
            "keys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "required": factors.required_of(user),
            "sessions": sessions.open_sessions(user, request.session.session_key)[:_AT_A_GLANCE],
            "sign_ins": user.sign_ins.all()[:_AT_A_GLANCE],
            "hold": hold,
            "can_prove": hold is not None and factors.had_one_before(user, hold.since),
        },
    )


@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    """Where somebody is signed in as oneself; POST `session` ends one, POST `others` all but this one."""
    user = cast(User, request.user)
    key = request.session.session_key
    if request.method != "POST":
        found = sessions.open_sessions(user, key)
        return render(request, "usersessions/usersession_list.html", {"sessions": found, "session_count": len(found)})
    if "others" in request.POST:
        ended = sessions.end_others(user, key)
        messages.success(
            request, ngettext("%(count)s session ended.", "%(count)s sessions ended.", ended) % {"count": ended}
        )
        return redirect("signin:sessions")
    return _end_one(request, user, request.POST.get("session", ""))


def _end_one(request: HttpRequest, user: User, chosen: str) -> HttpResponse:
    mine = next((each for each in sessions.open_sessions(user, request.session.session_key) if each.is_this), None)
    if mine is not None and chosen == str(mine.pk):
        logout(request)
        return redirect("account_login")
    if chosen.isdigit() and sessions.end(user, int(chosen)):
        messages.success(request, _("The session is ended."))
    else:
        messages.info(request, _("This session had ended already."))
    return redirect("signin:sessions")


@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Every recent attempt to sign in as oneself, whoever made it."""
    page = Paginator(cast(User, request.user).sign_ins.all(), PAGE).get_page(request.GET.get("page"))
    return render(request, "signin/sign_ins.html", {"page": page, "Outcome": SignIn.Outcome})


@login_required
@require_POST
def lift_hold(request: HttpRequest) -> HttpResponse:
    """Lift the own hold, after a second factor older than the hold was proved again."""
    user = cast(User, request.user)
    hold = holds.standing(user)
    back = reverse("signin:security")
    if hold is None:
        messages.info(request, _("Nothing is held any more."))
        return redirect(back)
    if not factors.had_one_before(user, hold.since):
        messages.error(
            request, _("Your second factor is newer than the unusual sign-in. The support can lift the hold.")
        )
        return redirect(back)
    if not factors.proved_recently(request, after=hold.since):
        messages.info(request, _("Prove your second factor, then press “Lift the hold” again."))
        return redirect(f"{factors.proving_page(user)}?{urlencode({'next': back})}")
    holds.lift(user=user, actor=user, reason=_("The owner proved a second factor."))
    messages.success(request, _("The hold is lifted. Changes work again."))
    return redirect(back)


class RemoveKeyView(RemoveWebAuthnView):
    """Remove a security key; an operator's last factor stays, as the last authenticator app does."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Refuse with the reason what the adapter refuses."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
        answer = self.form_invalid(form)
        answer.status_code = 422
        return answer


remove_key = RemoveKeyView.as_view()
