"""Handing out documents: checked, logged, never cached."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from merchants import previews, selectors, services
from merchants.models import Document
from merchants.views.common import person
from shopops.uploads import hand_out


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a document, for who may read it; 404 for everybody else's.

    Each opening is written to the audit log, but for an applicant's own documents.
    """
    user = person(request)
    found = get_object_or_404(selectors.readable_documents(user).select_related("application"), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if found.application is None or found.application.applicant_id != user.pk:
        services.record_opening(document=found, actor=user)
    return hand_out(file, original_name=found.original_name, content_type=found.content_type)


@login_required
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A small picture of an applicant's own scan; 404 for everybody else's, whose openings are logged, and where there
    is no picture to be had."""
    found = get_object_or_404(Document, pk=pk, application__applicant=person(request))
    picture = previews.preview(found)
    if picture is None:
        raise Http404
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response
