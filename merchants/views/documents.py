"""The checklist of documents: uploads, replacing, removing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from merchants import services
from merchants.document_forms import DocumentForm
from merchants.errors import OnboardingError
from merchants.gaps import checklist_policy
from merchants.models import Application, Document
from merchants.policy import OnboardingPolicy, Requirement
from merchants.views import reading
from merchants.views.common import EDITABLE, draft_steps, line_of, named, own, person, tell


@login_required
@require_safe
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist of the shop's type and category, each line with its upload.

    While corrections are asked for, only the lines that are missing now: a changed shop type may need more than was
    asked at first.
    """
    application = own(request, number)
    if application.state not in EDITABLE:
        return redirect("merchants:application", number)
    if not application.shop_type or not application.category:
        messages.error(request, _("Choose shop type and category first: the documents follow from them."))
        return redirect("merchants:details", number)
    return _page(request, application)


def _page(request: HttpRequest, application: Application, bound: DocumentForm | None = None) -> HttpResponse:
    body = checklist_policy(application)
    is_draft = application.state == Application.State.DRAFT
    current = named(list(application.documents.current()), body)
    lines = []
    for requirement in body.requirements(application.shop_type, application.category):
        line: dict[str, Any] = line_of(requirement, current)
        line["form"] = (
            bound if bound and bound.types == requirement.types else DocumentForm(policy=body, types=requirement.types)
        )
        if is_draft or not line["documents"]:
            lines.append(line)
    asked = {code for line in lines for code in line["requirement"].types}
    context = {
        "application": application,
        "is_draft": is_draft,
        "lines": lines,
        "missing": sum(not line["documents"] for line in lines),
        "there": sum(bool(line["documents"]) for line in lines),
        "surplus": [each for each in current if each.type not in asked] if is_draft else [],
        "steps": draft_steps("documents", application),
        **reading.offer(application),
    }
    return render(request, "merchants/documents.html", context)


def requirement_of(body: OnboardingPolicy, application: Application, main: str) -> Requirement:
    """The line of the checklist that a type of document belongs to; 404 for types the policy does not know."""
    for requirement in body.requirements(application.shop_type, application.category):
        if main in requirement.types:
            return requirement
    if main not in body.documents:
        raise Http404
    return Requirement((main,), body)


@login_required
@require_POST
def upload(request: HttpRequest, number: str, main: str) -> HttpResponse:
    """Take one document of an application that can be changed."""
    application = own(request, number)
    if application.state not in EDITABLE:
        return redirect("merchants:application", number)
    body = checklist_policy(application)
    form = DocumentForm(request.POST, request.FILES, policy=body, types=requirement_of(body, application, main).types)
    if not form.is_valid():
        return _page(request, application, form)
    try:
        document = store(form, application, request)
    except ValidationError as error:
        form.add_error("file", error)
        return _page(request, application, form)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    messages.success(request, _("“%(name)s” saved.") % {"name": document.original_name})
    return redirect("merchants:documents" if application.state == "draft" else "merchants:application", number)


def store(form: DocumentForm, application: Application, request: HttpRequest) -> Document:
    """Keep what a valid form brought: a file with its facts, or only the facts of the one that stays."""
    if form.cleaned_data.get("file"):
        return services.add_document(
            application=application,
            type=form.cleaned_data["type"],
            file=form.cleaned_data["file"],
            actor=person(request),
            **form.facts,
        )
    assert form.document is not None, "Without a document the file is required."
    return services.change_facts(document=form.document, **form.facts)


@login_required
@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a document out of a draft."""
    application = own(request, number)
    document = get_object_or_404(Document.objects.current(), pk=pk, application=application)
    try:
        services.remove_document(document=document)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    messages.success(request, _("“%(name)s” removed.") % {"name": document.original_name})
    return redirect("merchants:documents", number)
