"""Answering what reviewers ask for, in place, and sending the application again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from merchants import services
from merchants.document_forms import DocumentForm
from merchants.errors import OnboardingError
from merchants.models import Application, InfoRequest
from merchants.views.asks import answer_form
from merchants.views.common import own, person, tell
from merchants.views.documents import store
from merchants.views.status import page
from shopops.signin.device import device_of


@login_required
@require_POST
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer one request."""
    found = own(request, number)
    ask = get_object_or_404(InfoRequest.objects.select_related("decision__policy_version"), pk=pk, application=found)
    if found.state != Application.State.NEEDS_INFO:
        return redirect("merchants:application", number)
    form = answer_form(found, ask, request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, form, ask.pk)
    try:
        if isinstance(form, DocumentForm):
            store(form, found, request)
            services.answer(request=ask)
        else:
            services.answer(
                request=ask, value=form.cleaned_data.get("value", ""), text=form.cleaned_data.get("text", "")
            )
    except ValidationError as error:
        form.add_error("file", error)
        return page(request, found, form, ask.pk)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    messages.success(request, _("Answer saved: %(item)s.") % {"item": services.request_title(ask)})
    return redirect("merchants:application", number)


@login_required
@require_POST
def resubmit(request: HttpRequest, number: str) -> HttpResponse:
    """Send an application again after the corrections."""
    found = own(request, number)
    try:
        services.submit(application=found, actor=person(request), device_id=device_of(request))
    except OnboardingError as error:
        tell(request, error)
        for problem in getattr(error, "problems", []):
            messages.error(request, problem)
    return redirect("merchants:application", number)
