"""Pages of imports. Each kind of import names its own permission; all of them ask for `exchange.view_import`."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.audit import services as audit
from shopops.csvfiles import csv_file
from shopops.exchange import services
from shopops.exchange.models import Import
from shopops.exchange.reading import ERRORS, MAX_BYTES
from shopops.exchange.registry import Exchange, exchanges

VIEW = "exchange.view_import"
RECENT = 50


class FileForm(forms.Form):
    """The one file of an import."""

    #: The console's own field: its script shows the name of the chosen file there.
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel (.xlsx), up to 20 MB."),
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                _("“%(name)s” is larger than %(limit)s MB. Divide it into several files.")
                % {"name": file.name, "limit": MAX_BYTES // 1024 // 1024}
            )
        return file


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)


def _allowed(request: HttpRequest) -> list[Exchange]:
    return [each for each in exchanges if request.user.has_perm(each.permission)]


def _exchange(request: HttpRequest, what: str) -> Exchange:
    if what not in exchanges:
        raise Http404
    exchange = exchanges.get(what)
    if not request.user.has_perm(exchange.permission):
        raise PermissionDenied
    return exchange


def _import(request: HttpRequest, pk: int) -> Import:
    each = get_object_or_404(Import.objects.select_related("by", "confirmed_by"), pk=pk)
    _exchange(request, each.what)
    return each


@console_page(VIEW)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What can be brought in, and the latest imports."""
    allowed = _allowed(request)
    imports = Import.objects.filter(what__in=[each.code for each in allowed]).select_related("by")[:RECENT]
    return _page(
        request, "admin/exchange/overview.html", {"title": _("Imports"), "exchanges": allowed, "imports": imports}
    )


@console_page(VIEW)
def new(request: HttpRequest, what: str) -> HttpResponse:
    """Choose a file; it is looked through at once, and nothing of it is kept yet."""
    exchange = _exchange(request, what)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            each = services.take_in(what=what, file=form.cleaned_data["file"], actor=cast(User, request.user))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("exchange:show", each.pk)
    context = {"title": _("Import: %(what)s") % {"what": exchange.label}, "exchange": exchange, "form": form}
    return _page(request, "admin/exchange/new.html", context, status=422 if form.errors else 200)


@console_page(VIEW)
@require_safe
def template(request: HttpRequest, what: str) -> StreamingHttpResponse:
    """An empty file with the right heading and one example row."""
    exchange = _exchange(request, what)
    return csv_file(f"{exchange.code}-template", exchange.template())


@console_page(VIEW)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import would do, is doing, or did."""
    each = _import(request, pk)
    exchange = exchanges.get(each.what)
    rejects = each.rejects.all()[: services.SHOWN]
    shown = (
        [{"row": one.row, "values": exchange.masked(one.values), "errors": one.errors} for one in rejects]
        if each.confirmed_at
        else each.preview.get("rejects", [])
    )
    context = {
        "title": f"{exchange.label}: {each.original_name}",
        "import": each,
        "exchange": exchange,
        "counts": each.counts if each.confirmed_at else each.preview.get("counts", {}),
        "changes": [] if each.confirmed_at else each.preview.get("changes", []),
        "columns": [column.name for column in exchange.columns],
        "rejects": shown,
        "percent": 100 * each.done // each.total,
        "only_part": not each.confirmed_at and each.preview.get("looked_through", each.total) < each.total,
    }
    return _page(request, "admin/exchange/show.html", context)


@console_page(VIEW)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it land; a second click changes nothing."""
    each = _import(request, pk)
    try:
        services.confirm(of=each, actor=cast(User, request.user))
    except services.NotNow as error:
        messages.warning(request, str(error))
    return redirect("exchange:show", pk)


@console_page(VIEW)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was only looked through."""
    each = _import(request, pk)
    try:
        services.discard(of=each)
    except services.NotNow as error:
        messages.warning(request, str(error))
        return redirect("exchange:show", pk)
    messages.success(request, _("“%(name)s” was discarded; nothing of it was kept.") % {"name": each.original_name})
    return redirect("exchange:new", each.what)


@console_page(VIEW)
@require_safe
def rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that did not land, with what is wrong: to correct and bring in again."""
    each = _import(request, pk)
    audit.record(action="exchange.import.rejects_read", target=each, actor=cast(User, request.user))
    return csv_file(f"import-{each.pk}-rejected", _lines(each))


def _lines(each: Import) -> Iterator[list[Any]]:
    names = exchanges.get(each.what).names
    yield [*names, ERRORS]
    for reject in each.rejects.iterator():
        wrong = "; ".join(
            f"{column}: {message}" if column else message
            for column, found in reject.errors.items()
            for message in found
        )
        values = reject.values
        yield [*(values.get(name, "") for name in names), wrong]
