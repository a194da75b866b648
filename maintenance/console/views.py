"""Pages of a window in the console besides its form: confirm a button, read and export the proof of notice."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maintenance import selectors
from maintenance.console.actions import BY_CODE
from maintenance.models import Window
from maintenance.policy import policy_of
from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.csvfiles import csv_file
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery
from shopops.notifications.selectors import proof_of_notice
from shopops.transitions.handler import TransitionRefused

PERMISSION = "maintenance.announce_window"
PAGE = 50


@console_page(PERMISSION)
def act(request: HttpRequest, pk: int, code: str, site: AdminSite) -> HttpResponse:
    """Ask what a button needs (GET), then do it (POST). Refusals name the field and the remedy."""
    user = cast(User, request.user)
    window = get_object_or_404(Window, pk=pk)
    action = BY_CODE.get(code)
    if action is None:
        raise Http404
    back = reverse("admin:maintenance_window_change", args=[pk])
    if window.state not in action.states:
        messages.warning(
            request,
            _("Not possible while the window is “%(state)s”: somebody was faster, or the page was old.")
            % {"state": window.get_state_display()},
        )
        return HttpResponseRedirect(back)
    form = action.form(request.POST if request.method == "POST" else None, window=window)
    if request.method == "POST" and form.is_valid():
        try:
            action.do(window=window, actor=user, **form.cleaned_data)
        except ValidationError as error:
            _show(form, error)
        except TransitionRefused as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(back)
        else:
            messages.success(request, str(action.done))
            return HttpResponseRedirect(back)
    context = {
        **site.each_context(request),
        "title": _("%(verb)s: %(title)s") % {"verb": action.verb, "title": window.title},
        "opts": Window._meta,
        "window": window,
        "action": action,
        "variant": "danger" if action.variant == "danger" else "primary",
        "form": form,
        "back": back,
    }
    return render(request, "maintenance/console/act.html", context, status=422 if form.errors else 200)


def _show(form: Any, error: ValidationError) -> None:
    """Put an error of the service where the form can show it: at its field, else on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


@console_page("maintenance.view_window")
def proof(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Who was told of the window, by which channel, when, and what became of it; and who was not."""
    window = get_object_or_404(Window, pk=pk)
    page = Paginator(proof_of_notice(window), PAGE).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": _("Proof of notice: %(title)s") % {"title": window.title},
        "opts": Window._meta,
        "window": window,
        "target": policy_of(window).coverage_target,
        "coverage": _coverage(window),
        "points": window.notice_points.all(),
        "not_told": selectors.not_told(window)[:PAGE],
        "without_people": selectors.without_people()[:PAGE],
        "without_people_count": selectors.without_people().count(),
        "page": page,
        "deliveries": [(message_kinds.get(each.message.kind).label, each) for each in page],
        "back": reverse("admin:maintenance_window_change", args=[pk]),
    }
    return render(request, "maintenance/console/proof.html", context)


def _coverage(window: Window) -> list[tuple[str, selectors.Coverage]]:
    channels = [
        (str(Delivery.Channel(code).label), selectors.coverage(window, channel=code)) for code in ("in_app", "email")
    ]
    return [(_("Any channel"), selectors.coverage(window)), *channels]


@console_page("maintenance.view_window")
def proof_csv(request: HttpRequest, pk: int, site: AdminSite) -> StreamingHttpResponse:
    """The whole ledger as a file, however long it is."""
    window = get_object_or_404(Window, pk=pk)
    return csv_file(f"maintenance-{pk}-notices", _csv_rows(proof_of_notice(window)))


def _csv_rows(ledger: "models.QuerySet[Delivery]") -> Iterator[list[Any]]:
    yield [
        "notice",
        "merchant_id",
        "recipient",
        "channel",
        "address",
        "language",
        "state",
        "sent_at",
        "read_at",
        "error",
    ]
    for delivery in ledger.iterator(chunk_size=2000):
        yield [
            delivery.message.key,
            delivery.merchant_id,
            str(delivery.recipient),
            delivery.channel,
            delivery.address,
            delivery.language,
            delivery.state,
            delivery.sent_at and timezone.localtime(delivery.sent_at).isoformat(),
            delivery.read_at and timezone.localtime(delivery.read_at).isoformat(),
            delivery.error,
        ]
