"""From "what do I need?" to the submitted application: start, details, submit."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants import agreements, policy, services
from merchants.errors import OnboardingError
from merchants.forms import ChecklistForm, DetailsForm
from merchants.gaps import gaps
from merchants.models import Application, Category, ShopType
from merchants.views import reading
from merchants.views.common import EDITABLE, draft_steps, named, own, person, tell
from shopops.signin.device import device_of

#: How somebody came to us, remembered from the link until the application is started: parameter → session key.
_ORIGIN = {"channel": "apply_channel", "segment": "apply_segment"}
_ORIGIN_SHAPE = re.compile(r"[\w .:/\-]{1,40}")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What a shop of some type and category needs, how long it takes, and the way in. Open to everybody.

    `?channel=` and `?segment=` of an invitation or an advertisement are remembered for the application.
    """
    _remember_origin(request)
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
            "agreements": [each for each in agreements.in_force() if each.binds(shop_type)],
            "chosen_type": ShopType(shop_type).label,
            "chosen_category": Category(category).label,
            "working_days": body.promise.working_days,
            "two_people": category in body.high_risk_categories,
            "draft": _draft_of(request),
        },
    )


def _remember_origin(request: HttpRequest) -> None:
    for name, key in _ORIGIN.items():
        value = request.GET.get(name, "").strip()
        if _ORIGIN_SHAPE.fullmatch(value):
            request.session[key] = value


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
    origin = {name: request.session.get(key, "") for name, key in _ORIGIN.items()}
    application = services.start_application(applicant=person(request), **origin)
    return redirect("merchants:details", application.number)


@login_required
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, number: str) -> HttpResponse:
    """Who applies for what; saved as a draft each time.

    While corrections are asked for, only fields that are still empty and needed now are shown: a changed shop type may
    need more than was asked at first.
    """
    application = own(request, number)
    if application.state not in EDITABLE:
        return redirect("merchants:application", number)
    only = shown_fields(application)
    if application.state == Application.State.NEEDS_INFO and not only:
        return redirect("merchants:application", number)
    form = DetailsForm(request.POST or None, instance=application, only=only)
    if request.method == "POST":
        try:
            # What is right is kept even when something else on the page is wrong.
            application = services.save_details(application=own(request, number), **form.changes)
        except OnboardingError as error:
            tell(request, error)
            return redirect("merchants:application", number)
        if form.is_valid():
            messages.success(request, _("Draft saved."))
            return redirect(_after_details(request, application), number)
    context = {
        "application": application,
        "form": form,
        "gaps": [gap for gap in gaps(application) if gap.step == "details"],
        "steps": draft_steps("details", application),
        "is_draft": application.state == Application.State.DRAFT,
        **reading.offer(application),
    }
    return render(request, "merchants/details.html", context)


def _after_details(request: HttpRequest, application: Application) -> str:
    if application.state != Application.State.DRAFT:
        return "merchants:application"
    return "merchants:documents" if "next" in request.POST else "merchants:details"


def shown_fields(application: Application) -> list[str]:
    """The fields that can be written now: all of a draft; otherwise what is empty and needed."""
    if application.state == Application.State.DRAFT:
        return list(DetailsForm.base_fields)
    return [gap.place for gap in gaps(application) if gap.step == "details"]


@require_POST
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Save what is being typed: the one field that changed. htmx asks; the answer says when it was saved or what is
    wrong with it, beside the field, and leaves the field itself alone.

    Answers 200 in every case: htmx shows nothing else, and a page of the sign-in has no place beside a field.
    """
    if not request.user.is_authenticated:
        return render(request, "merchants/saved.html", {"signed_out": True})
    application = own(request, number)
    name = request.POST.get("field", "")
    if application.state not in EDITABLE or name not in shown_fields(application):
        return render(request, "merchants/saved.html", {"closed": True})
    form = DetailsForm(request.POST, instance=application, only=[name])
    errors: Any = form.errors.get(name)
    if not errors:
        try:
            application = services.save_details(application=application, **form.changes)
        except OnboardingError as error:
            errors = [str(error)]
    context = {
        "label": form[name].label,
        "errors": errors,
        "saved_at": application.saved_at or timezone.now(),
        "gaps": [gap for gap in gaps(own(request, number)) if gap.step == "details"],
    }
    return render(request, "merchants/saved.html", context)


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
            services.submit(application=application, actor=person(request), device_id=device_of(request))
        except OnboardingError as refused:
            error = refused
        else:
            return redirect("merchants:application", number)
    context = {
        "application": application,
        "documents": named(list(application.documents.current()), body),
        "gaps": gaps(application),
        "error": error,
        "working_days": body.promise.working_days,
        "signings": application.signings.select_related("version").order_by("id"),
        "steps": draft_steps("submit", application),
    }
    return render(request, "merchants/submit.html", context, status=409 if error else 200)
