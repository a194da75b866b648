"""What a machine read from the licence, offered beside the fields; one button takes it over."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from merchants import reading, services
from merchants.document_forms import FACT_FIELDS, DocumentForm
from merchants.errors import OnboardingError
from merchants.forms import DetailsForm
from merchants.gaps import checklist_policy
from merchants.models import Application, Document, Reading
from merchants.views.common import own, tell

LICENCE = "business_licence"
#: The facts of the licence itself, by the names of the application's fields that say the same.
_FACTS = {"number": "uscc", "holder": "legal_name", "issued_on": "issued_on", "expires_on": "expires_on"}


@dataclass(frozen=True)
class Offered:
    """One value that was read: what the field has now, and what the licence says."""

    label: str
    now: str
    read: str


def offer(application: Application) -> dict[str, Any]:
    """Context of the card: `offered` values that differ from the form, `is_reading` while a machine is at it."""
    licence = application.documents.current().filter(type=LICENCE).select_related("reading").order_by("-id").first()
    found: Reading | None = getattr(licence, "reading", None)
    if licence is None or found is None or application.state != Application.State.DRAFT:
        return {"offered": [], "is_reading": False}
    is_reading = found.state in (Reading.State.WAITING, Reading.State.READING)
    return {"offered": [] if is_reading else _differing(application), "is_reading": is_reading}


def _differing(application: Application) -> list[Offered]:
    values = reading.values(application)
    form = DetailsForm(instance=application)
    return [
        Offered(str(field.label), str(field.value() or ""), values[field.name])
        for field in form
        if values.get(field.name) and str(field.value() or "") != values[field.name]
    ]


@login_required
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponse:
    """The card alone, asked for again by htmx until the machine is done."""
    application = own(request, number)
    step = "documents" if request.GET.get("step") == "documents" else "details"
    context = {"application": application, "step": step, **offer(application)}
    return render(request, "merchants/reading.html", context)


@login_required
@require_POST
def use(request: HttpRequest, number: str) -> HttpResponse:
    """Put what was read into the form and beside the licence; what does not pass the form's rules stays out."""
    application = own(request, number)
    values = reading.values(application)
    form = DetailsForm(values, instance=application, only=list(values.keys() & DetailsForm.base_fields.keys()))
    taken = form.changes
    try:
        services.save_details(application=application, **taken)
        _complete(application, values)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    count = len(taken)
    text = ngettext("%(count)d value taken from the licence.", "%(count)d values taken from the licence.", count)
    messages.success(request, text % {"count": count})
    for name, errors in form.errors.items():
        messages.warning(request, f"{form[name].label}: {errors[0]}")
    return redirect(_back(request), number)


def _complete(application: Application, values: dict[str, str]) -> None:
    """The licence's own facts, where they were left empty."""
    licence: Document | None = application.documents.current().filter(type=LICENCE).order_by("-id").first()
    if licence is None:
        return
    body = checklist_policy(application)
    if LICENCE not in body.documents:
        return
    sent = {f"{LICENCE}-{name}": values.get(source, "") for name, source in _FACTS.items()}
    form = DocumentForm(sent, policy=body, types=(LICENCE,), document=licence)
    form.is_valid()
    empty = {
        name: form.cleaned_data[name]
        for name in FACT_FIELDS.values()
        if form.cleaned_data.get(name) and not getattr(licence, name)
    }
    if empty:
        services.change_facts(document=licence, **empty)


def _back(request: HttpRequest) -> str:
    """The step on which the button was pressed."""
    return "merchants:documents" if request.POST.get("from") == "documents" else "merchants:details"
