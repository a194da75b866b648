"""From "what do I need?" to the submitted application."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants import policy, services
from merchants.errors import NotComplete, OnboardingError
from merchants.forms import ChecklistForm, DetailsForm, DocumentForm
from merchants.models import Application, Category, Document, ShopType
from merchants.policy import OnboardingPolicy, Requirement
from merchants.views.common import draft_steps, line_of, named, own, person, tell


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What a shop of some type and category needs, how long it takes, and the way in. Open to everybody."""
    form = ChecklistForm(request.GET if ChecklistForm.base_fields.keys() & request.GET.keys() else None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else None
    shop_type = chosen["shop_type"] if chosen else ShopType.MULTI_BRAND.value
    category = chosen["category"] if chosen else Category.HOME.value
    if not form.is_bound:
        form = ChecklistForm(initial={"shop_type": shop_type, "category": category})
    body = policy.active()[1]
    return render(
        request,
        "merchants/start.html",
        {
            "form": form,
            "requirements": body.requirements(shop_type, category),
            "chosen_type": ShopType(shop_type).label,
            "chosen_category": Category(category).label,
            "working_days": body.promise.working_days,
            "two_people": category in body.high_risk_categories,
            "draft": _draft_of(request),
        },
    )


def _draft_of(request: HttpRequest) -> Application | None:
    if not request.user.is_authenticated:
        return None
    return Application.objects.filter(applicant=person(request), state=Application.State.DRAFT).first()


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start an application, or go on with the draft; a GET comes from the sign-in and asks again."""
    if request.method != "POST":
        return redirect("merchants:start")
    application = services.start_application(applicant=person(request))
    return redirect("merchants:details", application.number)


@login_required
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, number: str) -> HttpResponse:
    """Who applies for what; saved as a draft each time."""
    application = own(request, number)
    if application.state != Application.State.DRAFT:
        return redirect("merchants:application", number)
    form = DetailsForm(request.POST or None, instance=application)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_details(application=application, **form.cleaned_data)
        except OnboardingError as error:
            tell(request, error)
            return redirect("merchants:application", number)
        messages.success(request, _("Draft saved."))
        return redirect("merchants:documents" if "next" in request.POST else "merchants:details", number)
    context = {"application": application, "form": form, "steps": draft_steps("details", application)}
    return render(request, "merchants/details.html", context)


@login_required
@require_safe
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist of the shop's type and category, each line with its upload."""
    application = own(request, number)
    if application.state != Application.State.DRAFT:
        return redirect("merchants:application", number)
    if not application.shop_type or not application.category:
        messages.error(request, _("Choose shop type and category first: the documents follow from them."))
        return redirect("merchants:details", number)
    return _documents_page(request, application)


def _documents_page(request: HttpRequest, application: Application, bound: DocumentForm | None = None) -> HttpResponse:
    body = policy.active()[1]
    current = named(list(application.documents.current()), body)
    lines = []
    for requirement in body.requirements(application.shop_type, application.category):
        line: dict[str, Any] = line_of(requirement, current)
        line["form"] = (
            bound if bound and bound.types == requirement.types else DocumentForm(policy=body, types=requirement.types)
        )
        lines.append(line)
    asked = {code for line in lines for code in line["requirement"].types}
    context = {
        "application": application,
        "lines": lines,
        "missing": sum(not line["documents"] for line in lines),
        "surplus": [each for each in current if each.type not in asked],
        "steps": draft_steps("documents", application),
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
    """Take one document of a draft."""
    application = own(request, number)
    body = policy.active()[1]
    form = DocumentForm(request.POST, request.FILES, policy=body, types=requirement_of(body, application, main).types)
    if not form.is_valid():
        return _documents_page(request, application, form)
    try:
        document = services.add_document(
            application=application,
            type=form.cleaned_data["type"],
            file=form.cleaned_data["file"],
            actor=person(request),
            **form.facts,
        )
    except ValidationError as error:
        form.add_error("file", error)
        return _documents_page(request, application, form)
    except OnboardingError as error:
        tell(request, error)
        return redirect("merchants:application", number)
    messages.success(request, _("“%(name)s” saved.") % {"name": document.original_name})
    return redirect("merchants:documents", number)


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


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """A last look, then hand it in. Submitting twice does no harm."""
    application = own(request, number)
    if application.state != Application.State.DRAFT:
        return redirect("merchants:application", number)
    body = policy.active()[1]
    error: OnboardingError | None = None
    if request.method == "POST":
        try:
            services.submit(application=application, actor=person(request))
        except NotComplete as incomplete:
            error = incomplete
        except OnboardingError as refused:
            error = refused
        else:
            return redirect("merchants:application", number)
    context = {
        "application": application,
        "documents": named(list(application.documents.current()), body),
        "problems": services.problems(application),
        "error": error,
        "working_days": body.promise.working_days,
        "steps": draft_steps("submit", application),
    }
    return render(request, "merchants/submit.html", context, status=409 if error else 200)
