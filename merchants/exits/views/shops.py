"""What operators do about a shop: suspend it, restore it, propose to terminate it, take its records."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from merchants.errors import OnboardingError
from merchants.exits import policy, selectors
from merchants.exits.errors import ExitError
from merchants.exits.forms import ProposeForm, StandingForm
from merchants.exits.models import RecordExport
from merchants.exits.services import asking, records
from merchants.exits.views.files import hand_over
from merchants.models import Merchant
from merchants.services import standing as services
from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.transitions.handler import TransitionRefused
from shopops.ui.csp import strict_csp


@console_page("merchants.suspend_merchant")
@strict_csp
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend a shop or restore it, whichever its state allows."""
    merchant = get_object_or_404(Merchant, pk=pk)
    suspends = merchant.state == Merchant.State.ACTIVE
    form = StandingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.suspend if request.POST.get("do") == "suspend" else services.restore
        try:
            act(merchant=merchant, actor=cast(User, request.user), reason=form.cleaned_data["reason"])
            messages.success(request, _("Done. The shop was told."))
            return redirect("exit_desk:standing", pk=pk)
        except (TransitionRefused, OnboardingError) as error:
            form.add_error(None, str(error))
    context = {
        "shop": merchant,
        "form": form,
        "suspends": suspends,
        "possible": suspends or merchant.state == Merchant.State.SUSPENDED,
        "leaving": selectors.open_exit(pk),
    }
    return render(request, "exits/standing.html", context, status=422 if form.errors else 200)


@console_page("exits.terminate_exit")
@strict_csp
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to terminate a shop; a second person decides."""
    merchant = get_object_or_404(Merchant, pk=pk)
    version, body = policy.active()
    form = ProposeForm(request.POST or None, policy=body)
    if request.method == "POST" and form.is_valid():
        try:
            leaving = asking.propose(merchant=merchant, actor=cast(User, request.user), **form.cleaned_data)
            messages.success(request, _("Proposed. A second person decides; the shop knows nothing of it yet."))
            return redirect("exit_desk:bench", pk=leaving.pk)
        except ExitError as error:
            form.add_error(None, str(error))
    context = {"shop": merchant, "form": form, "body": body, "version": version, "leaving": selectors.open_exit(pk)}
    return render(request, "exits/propose.html", context, status=422 if form.errors else 200)


@console_page("exits.view_recordexport")
@strict_csp
def shop_records(request: HttpRequest, pk: int) -> HttpResponse:
    """A merchant's record files, and asking for one."""
    merchant = get_object_or_404(Merchant, pk=pk)
    if request.method == "POST":
        if not request.user.has_perm("exits.add_recordexport"):
            raise PermissionDenied
        try:
            records.ask(merchant=merchant, actor=cast(User, request.user), language=get_language() or "")
            messages.success(request, _("The records are being made. You get a message when they are ready."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ExitError as error:
            messages.error(request, str(error))
        return redirect("exit_desk:records", pk=pk)
    context = {"shop": merchant, "exports": selectors.exports_of(merchant).select_related("asked_by")[:20]}
    return render(request, "exits/records_console.html", context)


@console_page("exits.view_recordexport")
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A record file; each download goes on record."""
    return hand_over(
        get_object_or_404(RecordExport.objects.select_related("merchant"), pk=pk), cast(User, request.user)
    )
