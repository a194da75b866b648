"""The console's lists and forms of windows and incidents."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from maintenance import selectors
from maintenance.console import views
from maintenance.console.actions import actions_of
from maintenance.console.forms import IncidentForm, WindowForm
from maintenance.models import Impact, Incident, NoticePoint, Window
from maintenance.policy import policy_of
from shopops.accounts.models import User
from shopops.adminbase import ConsoleAdmin
from shopops.audit import services as audit
from shopops.ui import formats
from shopops.ui.binding import bind

STATE_LABELS = {
    Window.State.DRAFT: "default",
    Window.State.SCHEDULED: "warning",
    Window.State.ANNOUNCED: "info",
    Window.State.IN_PROGRESS: "danger",
    Window.State.VERIFYING: "warning",
    Window.State.COMPLETED: "success",
    Window.State.CANCELLED: "default",
}


class ImpactInline(TabularInline):
    """What a window does to which service, for whom."""

    model = Impact
    extra = 0
    fields = ("service", "audience", "mode", "note_en", "note_zh")


@admin.register(Window)
class WindowAdmin(ConsoleAdmin):
    """Plans are written here while they are drafts; afterwards buttons move them (maintenance.console.actions)."""

    form = WindowForm
    inlines = (ImpactInline,)
    list_display = ("title_shown", "state_shown", "kind", "when", "length_shown", "next_notice")
    list_filter = ("state", "kind", "is_large")
    search_fields = ("title_en", "title_zh")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-id")
    change_form_outer_before_template = "maintenance/console/window.html"
    fieldsets = (
        (None, {"fields": (("title_en", "title_zh"), ("summary_en", "summary_zh"))}),
        (_("What and when"), {"fields": (("kind", "is_large"), "starts_at", "ends_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Window]:
        """Lists say when the next notice goes out: one subquery, not one per row."""
        owed = models.OuterRef("pk")
        due = models.Q(state__in=("pending", "sending"))
        points = NoticePoint.objects.filter(due, window=owed)
        found: models.QuerySet[Window] = super().get_queryset(request)
        return found.annotate(next_due=models.Subquery(points.order_by("due_at").values("due_at")[:1]))

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of the buttons and of the proof of notice."""
        own: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("<int:pk>/act/<slug:code>/", views.act, "maintenance_window_act"),
            ("<int:pk>/proof/", views.proof, "maintenance_window_proof"),
            ("<int:pk>/proof.csv", views.proof_csv, "maintenance_window_proof_csv"),
        ]
        pages = [path(route, view, {"site": self.admin_site}, name=name) for route, view, name in own]
        return [*pages, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Window | None = None) -> bool:
        """Only drafts are written: what was promised changes through its button, with its rules."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == Window.State.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Window | None = None) -> bool:
        """Nobody deletes a window: it is cancelled, and stays on record."""
        return False

    def save_model(self, request: HttpRequest, obj: Window, form: Any, change: bool) -> None:
        """Keep who wrote it, and record that it was written."""
        user = cast(User, request.user)
        if not change:
            obj.created_by = user
        elif Window.objects.select_for_update().get(pk=obj.pk).state != Window.State.DRAFT:
            # Somebody scheduled it while this form was open; saving would undo that.
            raise PermissionDenied
        super().save_model(request, obj, form, change)
        if not change or form.changed_data:
            action = "maintenance.window.edited" if change else "maintenance.window.drafted"
            audit.record(action=action, target=obj, actor=user, after={"fields": sorted(form.changed_data)})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the state, the buttons, the notices and the coverage above the form."""
        window = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if window is not None:
            can_act = cast(User, request.user).has_perm(views.PERMISSION)
            context["window"] = window
            context["buttons"] = actions_of(window) if can_act else []
            context["state_facts"] = _facts(window)
        return cast(HttpResponse, super().change_view(request, object_id, form_url, context))

    @display(description=_("title"), ordering="title_en")
    def title_shown(self, window: Window) -> str:
        """The title in the operator's language."""
        return window.title

    @display(description=_("state"), ordering="state", label={str(k.label): v for k, v in STATE_LABELS.items()})
    def state_shown(self, window: Window) -> str:
        """The state as a coloured label."""
        return window.get_state_display()

    @display(description=_("when"), ordering="starts_at")
    def when(self, window: Window) -> str:
        """The promised times."""
        return bind(formats.span(window.starts_at, window.ends_at))

    @display(description=_("length"))
    def length_shown(self, window: Window) -> str:
        """The promised length."""
        return formats.duration(window.length)

    @display(description=_("next notice"))
    def next_notice(self, window: Window) -> str:
        """When merchants hear of it next."""
        due: dt.datetime | None = getattr(window, "next_due", None)
        return formats.due(due)


def _facts(window: Window) -> list[tuple[Any, str]]:
    """What the console says of a window's past and of the notice that is owed."""
    policy = policy_of(window)
    facts: list[tuple[Any, str]] = [
        (_("Times"), formats.span(window.starts_at, window.ends_at)),
        (_("Notice that the policy asks for"), formats.duration(policy.lead(window))),
    ]
    if window.state == Window.State.SCHEDULED:
        facts.append((_("Announce before"), formats.due(window.starts_at - policy.lead(window))))
    if window.announced_at is not None:
        coverage = selectors.coverage(window)
        told = formats.percent(coverage.ratio) if coverage.ratio is not None else formats.NOTHING
        facts.append((_("Announced"), formats.due(window.announced_at)))
        facts.append((_("Merchants told"), f"{told} ({coverage.told} / {coverage.merchants})"))
        facts.append((_("Target"), formats.percent(policy.coverage_target)))
        if silent := selectors.without_people().count():
            facts.append((_("Merchants without people, not counted"), str(silent)))
    if window.first_ends_at:
        facts.append((_("Planned end before it was extended"), formats.due(window.first_ends_at)))
    if window.actual_started_at:
        end = window.actual_ended_at
        facts.append((_("Actual start"), formats.due(window.actual_started_at)))
        facts.append((_("Actual end"), formats.due(end) if end else formats.NOTHING))
    if window.emergency_reason:
        facts.append((_("Emergency reason"), window.emergency_reason))
    if window.cancel_reason:
        facts.append((_("Reason of the cancellation"), window.cancel_reason))
    return facts


@admin.register(Incident)
class IncidentAdmin(ConsoleAdmin):
    """What went wrong unplanned, as the status page shows it."""

    form = IncidentForm
    list_display = ("title_shown", "service", "severity", "started_at", "ended_at")
    list_filter = ("service", "severity", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("title_en", "title_zh", "text_en", "text_zh")
    date_hierarchy = "started_at"
    fieldsets = (
        (None, {"fields": (("service", "severity"), "started_at", "ended_at")}),
        (_("What the public reads"), {"fields": (("title_en", "title_zh"), ("text_en", "text_zh"))}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        """The history stays."""
        return False

    def save_model(self, request: HttpRequest, obj: Incident, form: Any, change: bool) -> None:
        """Keep who wrote it and when it changed, and record it."""
        user = cast(User, request.user)
        if not change:
            obj.created_by = user
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        action = "maintenance.incident.edited" if change else "maintenance.incident.opened"
        audit.record(action=action, target=obj, actor=user, after={"fields": sorted(form.changed_data)})

    @display(description=_("title"), ordering="title_en")
    def title_shown(self, incident: Incident) -> str:
        """The title in the operator's language."""
        return incident.title
