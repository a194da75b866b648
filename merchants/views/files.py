"""Handing out documents: checked, logged, never cached."""

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from merchants import selectors, services
from merchants.views.common import person


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a document, for who may read it; 404 for everybody else. Each opening is written to the audit log.

    Pictures are shown in the page; PDF files are downloaded, because they may carry scripts of their own.
    """
    found = get_object_or_404(selectors.readable_documents(person(request)), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    services.record_opening(document=found, actor=person(request))
    response = FileResponse(
        file,
        as_attachment=not found.is_image,
        # The ending follows the content, so that nothing saved from here opens as something else.
        filename=Path(found.original_name).stem + Path(str(found.file.name)).suffix,
        content_type=found.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
