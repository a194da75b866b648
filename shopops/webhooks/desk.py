"""The pages of endpoints, for both sides: operators in the console, merchants in the portal.

The two differ in which endpoints they see, in their templates and addresses, and in who may do what; that is a `Desk`,
which the views of the console and of the portal hand over.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopops.accounts.models import User
from shopops.webhooks import services
from shopops.webhooks.catalogue import PING, event_types
from shopops.webhooks.forms import EndpointForm, LogFilter, ReplayForm
from shopops.webhooks.models import Delivery, Endpoint
from shopops.webhooks.owners import name_of

PAGE = 30
State = Endpoint.State


@dataclass(frozen=True)
class Desk:
    """One side. `own` is the owner of new endpoints; `refuse` raises ValidationError while risky changes are held."""

    request: HttpRequest
    actor: User
    endpoints: QuerySet[Endpoint]
    own: int | None
    is_portal: bool
    may_change: bool
    context: dict[str, Any]
    refuse: Callable[[], None] = lambda: None

    @property
    def urls(self) -> str:
        return "webhooks" if self.is_portal else "webhook_desk"

    def page(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        folder = "portal/webhooks_" if self.is_portal else "admin/webhooks/"
        shared = {"may_change": self.may_change, **self.context}
        response = render(self.request, f"{folder}{name}.html", {**shared, **context}, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def find(self, pk: int) -> Endpoint:
        return get_object_or_404(self.endpoints.exclude(disabled_because=Endpoint.Why.REMOVED), pk=pk)

    def owns(self, endpoint: Endpoint) -> bool:
        """Whether this side may set the endpoint up: operators never those of merchants, whose secrets they are."""
        return self.may_change and endpoint.merchant_id == self.own

    def back(self, endpoint: Endpoint) -> HttpResponse:
        return redirect(f"{self.urls}:endpoint", endpoint.pk)


def overview(desk: Desk) -> HttpResponse:
    """All endpoints with what waits for them."""
    waiting = Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING))
    found = desk.endpoints.exclude(disabled_because=Endpoint.Why.REMOVED).annotate(waiting=waiting).order_by("pk")
    rows = [(endpoint, name_of(endpoint)) for endpoint in found]
    troubled = sum(1 for endpoint, _name in rows if endpoint.failing_since or not endpoint.is_active)
    return desk.page("list", {"title": _("Webhooks"), "rows": rows, "troubled": troubled})


def new(desk: Desk) -> HttpResponse:
    """Add an endpoint; the answer shows its secret, this one time."""
    _need(desk.may_change)
    form = EndpointForm(desk.request.POST or None, for_merchant=desk.own is not None)
    if desk.request.method == "POST" and form.is_valid():
        try:
            desk.refuse()
            added = services.add_endpoint(actor=desk.actor, merchant_id=desk.own, **form.cleaned_data)
        except ValidationError as error:
            _show(form, error)
        else:
            return _secret(desk, added)
    context = {"title": _("New endpoint"), "form": form, "endpoint": None}
    return desk.page("form", context, 422 if form.errors else 200)


def edit(desk: Desk, pk: int) -> HttpResponse:
    """Change an endpoint."""
    found = desk.find(pk)
    _need(desk.owns(found))
    initial = {"url": found.url, "description": found.description, "events": found.events}
    form = EndpointForm(desk.request.POST or None, initial=initial, for_merchant=found.merchant_id is not None)
    if desk.request.method == "POST" and form.is_valid():
        try:
            desk.refuse()
            services.change_endpoint(endpoint=found, actor=desk.actor, **form.cleaned_data)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(desk.request, _("Saved."))
            return desk.back(found)
    context = {"title": _("Change endpoint"), "form": form, "endpoint": found}
    return desk.page("form", context, 422 if form.errors else 200)


def endpoint(desk: Desk, pk: int, replay: ReplayForm | None = None) -> HttpResponse:
    """One endpoint: where it stands, its buttons, its log."""
    found = desk.find(pk)
    log = LogFilter(desk.request.GET or None, for_merchant=desk.is_portal)
    deliveries = Delivery.objects.filter(endpoint=found).select_related("event").order_by("-event_id")
    known = event_types()
    now = timezone.now()
    context = {
        "title": found.description or found.url,
        "endpoint": found,
        "owner": name_of(found),
        "owns": desk.owns(found),
        "waiting": Delivery.objects.filter(endpoint=found, state=Delivery.State.WAITING).count(),
        "events": [(code, known[code].label) for code in found.events if code in known],
        "overlap": found.previous_until if found.previous_until and found.previous_until > now else None,
        "log": log,
        "page": Paginator(deliveries.filter(**log.chosen), PAGE).get_page(desk.request.GET.get("page")),
        "replay": replay or ReplayForm(initial={"since": _minutes(now - dt.timedelta(days=1))}),
    }
    return desk.page("endpoint", context, 422 if replay else 200)


def delivery(desk: Desk, pk: int) -> HttpResponse:
    """One delivery: what is sent, every attempt with its answer."""
    found = _delivery(desk, pk)
    body = json.dumps(json.loads(found.event.body), ensure_ascii=False, indent=2)
    context = {
        "title": found.event.label,
        "delivery": found,
        "endpoint": found.endpoint,
        "owns": desk.owns(found.endpoint),
        "body": body,
        "log": found.log.all()[:PAGE],
    }
    return desk.page("delivery", context)


def events(desk: Desk) -> HttpResponse:
    """The catalogue with examples."""
    types = [each for each in event_types().values() if each.for_merchants or not desk.is_portal]
    rows = [(each, json.dumps(each.example, ensure_ascii=False, indent=2)) for each in types]
    return desk.page("events", {"title": _("Events"), "rows": rows})


def act(desk: Desk, pk: int, verb: str) -> HttpResponse:
    """A button of an endpoint."""
    found = desk.find(pk)
    action = _ACTIONS.get(verb)
    if action is None:
        raise Http404
    # Operators may switch a merchant's endpoint off; everything else is its owner's.
    _need(desk.may_change and (desk.owns(found) or verb == "off"))
    return action(desk, found)


def act_on_delivery(desk: Desk, pk: int, verb: str) -> HttpResponse:
    """Send one event again, or give it up."""
    found = _delivery(desk, pk)
    _need(desk.owns(found.endpoint))
    if verb == "again" and found.event.type != PING:
        at = found.event.occurred_at
        services.replay(endpoint=found.endpoint, actor=desk.actor, since=at, until=at, uid=found.event.uid)
        messages.success(desk.request, _("It is sent again with the same id."))
    elif verb == "skip":
        if services.skip(delivery=found, actor=desk.actor):
            messages.success(desk.request, _("Skipped. What waited behind it goes now."))
        else:
            messages.info(desk.request, _("It is not waiting any more."))
    else:
        raise Http404
    return redirect(f"{desk.urls}:delivery", pk)


def _rotate(desk: Desk, found: Endpoint) -> HttpResponse:
    try:
        desk.refuse()
    except ValidationError as error:
        messages.error(desk.request, " ".join(error.messages))
        return desk.back(found)
    return _secret(desk, services.rotate_secret(endpoint=found, actor=desk.actor))


def _test(desk: Desk, found: Endpoint) -> HttpResponse:
    attempt = services.send_test(endpoint=found, actor=desk.actor)
    if attempt is None:
        messages.info(desk.request, _("The last test was a moment ago. Wait some seconds."))
    elif attempt.succeeded:
        said = _("The endpoint answered %(status)s in %(time)s ms.")
        messages.success(desk.request, said % {"status": attempt.status, "time": attempt.milliseconds})
    else:
        said = _("The endpoint did not take the call: %(answer)s")
        messages.error(desk.request, said % {"answer": attempt.status or attempt.error})
    return desk.back(found)


def _off(desk: Desk, found: Endpoint) -> HttpResponse:
    if services.switch_off(endpoint=found, why=Endpoint.Why.BY_HAND, actor=desk.actor):
        messages.success(desk.request, _("Switched off. What it is owed stays owed."))
    return desk.back(found)


def _on(desk: Desk, found: Endpoint) -> HttpResponse:
    services.switch_on(endpoint=found, actor=desk.actor)
    messages.success(desk.request, _("Switched on. What waits is sent now; a replay brings what happened meanwhile."))
    return desk.back(found)


def _remove(desk: Desk, found: Endpoint) -> HttpResponse:
    services.switch_off(endpoint=found, why=Endpoint.Why.REMOVED, actor=desk.actor)
    messages.success(desk.request, _("Removed. It is called no more."))
    return redirect(f"{desk.urls}:list")


def _replay(desk: Desk, found: Endpoint) -> HttpResponse:
    form = ReplayForm(desk.request.POST)
    if form.is_valid():
        try:
            count = services.replay(endpoint=found, actor=desk.actor, **form.cleaned_data)
        except ValidationError as error:
            _show(form, error)
        else:
            said = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
            messages.success(desk.request, said % {"count": count})
            return desk.back(found)
    return endpoint(desk, found.pk, form)


_ACTIONS: dict[str, Callable[[Desk, Endpoint], HttpResponse]] = {
    "rotate": _rotate,
    "test": _test,
    "off": _off,
    "on": _on,
    "remove": _remove,
    "replay": _replay,
}


def _delivery(desk: Desk, pk: int) -> Delivery:
    mine = desk.endpoints.exclude(disabled_because=Endpoint.Why.REMOVED)
    return get_object_or_404(Delivery.objects.select_related("event", "endpoint"), pk=pk, endpoint__in=mine)


def _secret(desk: Desk, found: Endpoint) -> HttpResponse:
    return desk.page("secret", {"title": _("Copy the secret now"), "endpoint": found, "secret": found.secret})


def _show(form: Any, error: ValidationError) -> None:
    for name, found in getattr(error, "error_dict", {None: [error]}).items():
        form.add_error(name if name in form.fields else None, found)


def _minutes(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def _need(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
