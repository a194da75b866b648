"""Handing out documents: checked, logged, never cached."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from merchants import selectors, services
from merchants.views.common import person
from shopops.uploads import hand_out


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a document, for who may read it; 404 for everybody else. Each opening is written to the audit log."""
    found = get_object_or_404(selectors.readable_documents(person(request)), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    services.record_opening(document=found, actor=person(request))
    return hand_out(file, original_name=found.original_name, content_type=found.content_type)
