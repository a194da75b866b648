"""Records of contact: add, read, correct, follow up, and their files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from merchants.file import services
from merchants.file.follow_ups import QUEUE, RECORD
from merchants.file.forms import FollowUpForm, VisitForm
from merchants.file.models import Visit, VisitFile
from merchants.file.views.console import file_page, page_context
from merchants.models import Merchant
from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.audit.selectors import history
from shopops.uploads import hand_out
from shopops.work import services as work
from shopops.work.news import tell_news

READ = "merchant_file.view_visit"


@file_page(READ, RECORD)
@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a contact; with something wrong the file again, with the form as it was filled in."""
    merchant = get_object_or_404(Merchant, pk=pk)
    form = VisitForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.record_visit(merchant=merchant, by=person(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The contact is recorded."))
            return redirect(f"{reverse('merchant_file:file', args=[pk])}?part=visits")
    context = page_context(request, merchant, part="visits")
    return render(request, "merchant_file/file.html", {**context, "form": form}, status=422)


@file_page(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact; its author corrects it here within 24 hours, and what follows is ticked off here."""
    found = get_object_or_404(Visit.objects.select_related("merchant", "by", "followed_up_by"), pk=pk)
    user = person(request)
    tell_news(request, user)
    may_edit = user.has_perm(RECORD) and found.may_be_edited_by(user.pk, timezone.now())
    form = VisitForm.of(found) if may_edit else None
    if request.method == "POST":
        form = VisitForm(request.POST, request.FILES)
        if form.is_valid() and _edited(request, found, form):
            return redirect("merchant_file:visit", pk)
    context = _context(request, found, form, user.has_perm(RECORD))
    return render(request, "merchant_file/visit.html", context, status=422 if form and form.errors else 200)


def _edited(request: HttpRequest, found: Visit, form: VisitForm) -> bool:
    """Try to correct it; False with the form's errors filled in."""
    user = person(request)
    try:
        if not user.has_perm(RECORD):
            raise services.VisitStands(_("Your roles do not let you record contacts."))
        services.edit_visit(visit=found, actor=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except services.VisitStands as error:
        messages.error(request, str(error))
        return True
    messages.success(request, _("Saved."))
    return True


def _context(request: HttpRequest, found: Visit, form: VisitForm | None, may_record: bool) -> dict[str, Any]:
    return {
        "merchant": found.merchant,
        "visit": found,
        "files": found.files.all(),
        "form": form,
        "follow_up_form": FollowUpForm() if found.is_waiting and may_record else None,
        "item": work.open_items_of(QUEUE, found).select_related("claimed_by", "assigned_to").first(),
        "history": list(history(found))[::-1],
    }


@file_page(READ, RECORD)
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off what was to follow."""
    found = get_object_or_404(Visit, pk=pk)
    form = FollowUpForm(request.POST)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    try:
        services.follow_up(visit=found, actor=person(request), outcome=outcome)
    except services.VisitStands as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Followed up."))
    return redirect(f"{reverse('merchant_file:file', args=[found.merchant_id])}?part=visits")


@console_page("merchants.view_merchant", READ)
@require_GET
def visit_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a contact. Each opening is written to the audit log."""
    found = get_object_or_404(VisitFile.objects.select_related("visit"), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    services.record_file_opening(file=found, actor=person(request))
    return hand_out(file, original_name=found.original_name, content_type=found.content_type)
