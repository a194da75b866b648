"""Asking outside reviewers from the case, taking requests back, and what is still owed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants.models import Application
from merchants.screening import selectors, services
from merchants.screening.due import due_at
from merchants.screening.forms import AskForm
from merchants.screening.models import OpinionRequest
from merchants.screening.views.common import ASK, REVIEW, screening_page, show
from merchants.views.common import person
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.ui import formats


@screening_page(ASK)
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """What outside reviewers still owe, the most urgent first, and who they are."""
    now = timezone.now()
    rows = [(each, due, due < now) for each, due in selectors.open_requests()]
    people = User.objects.filter(is_active=True, roles__contains=[Role.EXTERNAL_REVIEWER]).order_by("name", "pk")
    context: dict[str, Any] = {"rows": rows, "late": sum(late for _each, _due, late in rows), "people": people}
    return show(request, "screening/outside.html", "outside", **context)


@screening_page(ASK, REVIEW)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an outside reviewer about a case."""
    application = get_object_or_404(Application.objects.exclude(submissions=0), pk=pk)
    form = AskForm(request.POST, application=application)
    if not form.is_valid():
        messages.error(request, _("Choose whom to ask and how soon the answer is due."))
        return redirect("review:case", pk)
    try:
        made = services.ask(application=application, actor=person(request), **form.cleaned_data)
        messages.success(
            request,
            _("%(name)s is asked for an opinion by %(due)s.")
            % {"name": made.reviewer, "due": formats.due(due_at(made))},
        )
    except services.OpinionError as error:
        messages.error(request, str(error))
    return redirect("review:case", pk)


@screening_page(ASK)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back."""
    found = get_object_or_404(OpinionRequest, pk=pk)
    try:
        services.withdraw(request=found, actor=person(request), because=request.POST.get("because", "")[:500])
        messages.success(request, _("The request was taken back; %(name)s is told.") % {"name": found.reviewer})
    except services.NotOpen as error:
        messages.error(request, str(error))
    return redirect("screening:outside" if request.POST.get("next") == "outside" else found.get_absolute_url())
