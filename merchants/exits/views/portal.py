"""A shop's own exit: what closing means, asking for it, how far it is, taking it back, taking the records along."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.exits import policy, selectors
from merchants.exits.errors import ExitError
from merchants.exits.forms import RequestForm, WhyForm
from merchants.exits.models import Exit, RecordExport
from merchants.exits.services import asking, records
from merchants.exits.views import words
from merchants.exits.views.files import hand_over
from merchants.portal import PortalRequest, own_object, portal_page
from merchants.portal_roles import Permission
from shopops.transitions.handler import TransitionRefused


@require_safe
@portal_page(needs="exit.view")
def home(request: PortalRequest) -> HttpResponse:
    """Where the shop's exit stands; without one, what closing would mean and what is still open."""
    leaving = selectors.shown_to_shop(request.merchant.pk)
    version, body = policy.active()
    shows = leaving if leaving is not None and (leaving.is_open or request.merchant.is_closed) else None
    context = {
        "leaving": shows,
        "earlier": leaving if shows is None else None,
        "body": policy.of(leaving.policy_version) if shows and leaving else body,
        "policy_number": leaving.policy_version.number if shows and leaving else version.number,
        "conditions": words.conditions(request.merchant, shows, body),
        "steps": words.progress(shows) if shows else [],
        "timeline": words.timeline(shows) if shows else [],
        "settlement": list(shows.steps.order_by("position")) if shows else [],
        "balances": selectors.balances(shows) if shows else [],
        "exports": selectors.exports_of(request.merchant)[:5] if request.member.can(Permission.RECORDS_EXPORT) else [],
        "may_export": request.member.can(Permission.RECORDS_EXPORT),
        "may_ask": request.member.can(Permission.EXIT_MANAGE),
        "cancel_form": WhyForm(),
        "now": timezone.now(),
        "nav_current": "exit",
    }
    return render(request, "exits/home.html", context)


@portal_page(needs="exit.manage")
def ask(request: PortalRequest) -> HttpResponse:
    """The owner's request, with what follows from it."""
    _version, body = policy.active()
    form = RequestForm(request.POST or None, policy=body, shop_name=request.merchant.shop_name)
    if request.method == "POST" and form.is_valid():
        try:
            asking.request(
                merchant=request.merchant,
                actor=request.user,
                reasons=form.cleaned_data["reasons"],
                note=form.cleaned_data["note"],
                contact=form.cleaned_data["contact"],
                answers=form.answers,
            )
        except ValidationError as error:  # a hold after a suspicious sign-in
            form.add_error(None, error)
        except ExitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Request sent. You can take it back on this page."))
            return redirect("exits:home")
    context = {
        "form": form,
        "body": body,
        "conditions": words.conditions(request.merchant, None, body),
        "nav_current": "exit",
    }
    return render(request, "exits/ask.html", context, status=422 if form.errors else 200)


@require_POST
@portal_page(needs="exit.manage", any_shop=True)
def cancel(request: PortalRequest, pk: int) -> HttpResponse:
    """The owner takes the request back."""
    leaving: Exit = own_object(request, selectors.visible_to_shop(), pk=pk)
    form = WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        asking.take_back(leaving=leaving, actor=request.user, why=why)
        messages.success(request, _("Taken back. The shop goes on as before."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (ExitError, TransitionRefused) as error:
        messages.error(request, str(error))
    return redirect("exits:home")


@require_POST
@portal_page(needs="records.export")
def export(request: PortalRequest) -> HttpResponse:
    """Ask for the shop's records."""
    try:
        records.ask(merchant=request.merchant, actor=request.user, language=get_language() or "")
        messages.success(request, _("The records are being made. You get a message when they are ready."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ExitError as error:
        messages.error(request, str(error))
    return redirect("exits:home")


@require_safe
@portal_page(needs="records.export", any_shop=True)
def download(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The signed file; each download goes on record."""
    found: RecordExport = own_object(request, RecordExport.objects.select_related("merchant"), pk=pk)
    return hand_over(found, request.user)
