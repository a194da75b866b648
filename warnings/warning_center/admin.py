"""Warnings in the console: everything to judge one, and the revocation by a risk analyst."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.decorators import action, display
from unfold.views import ChangeList

from shopops.accounts.models import User
from shopops.adminbase import ReadOnlyAdmin
from shopops.policies.selectors import NoPolicy
from shopops.transitions.handler import TransitionRefused
from shopops.ui import formats
from warning_center import facts, page, selectors, services
from warning_center.choices import Intensity
from warning_center.clock import due_dates
from warning_center.forms import WithdrawForm
from warning_center.models import Warning
from warning_center.policy import rules_in_force
from warning_center.rulebook import rulebook
from warning_center.texts import rule_of


class RuleFilter(admin.SimpleListFilter):
    """Narrows to one rule, by its name."""

    title = gettext_lazy("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        try:
            _version, policy = rules_in_force()
        except NoPolicy:
            return []
        return [(rule.code, str(rule.name)) for rule in policy.rules]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Warning]) -> QuerySet[Warning]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


class WithDueDates(ChangeList):
    """Computes the due times of the page's warnings together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        due = due_dates(self.result_list)
        for warning in self.result_list:
            warning.known_due = due[warning.pk]


@admin.register(Warning)
class WarningAdmin(ReadOnlyAdmin):
    list_display = ("number", "finding", "merchant", "level", "cause", "standing", "issued", "due")
    list_filter = ("state", "intensity", "type", "cause", RuleFilter, "opened_at")
    search_fields = ("number", "merchant__shop_name", "merchant__external_id")
    list_select_related = ("merchant",)
    date_hierarchy = "opened_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("number", "finding", "merchant", "state", "intensity"),
                    *("type", "cause", "rule_name", "policy_version"),
                )
            },
        ),
        (gettext_lazy("Time"), {"fields": ("opened_at", "due", "closed_at", "closed_by")}),
        (gettext_lazy("Facts"), {"fields": ("facts",)}),
        (gettext_lazy("What happened"), {"fields": ("history",)}),
        (gettext_lazy("Who was told"), {"fields": ("deliveries",)}),
    )
    readonly_fields = ("finding", "rule_name", "due", "facts", "history", "deliveries")
    view_on_site = False
    actions_list = ("rules",)
    actions_detail = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether to offer the revocation."""
        return bool(request.user.has_perm("warnings.revoke_warning"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WithDueDates

    def get_queryset(self, request: HttpRequest) -> QuerySet[Warning]:
        return super().get_queryset(request).select_related("merchant", "closed_by")

    @display(description=gettext_lazy("finding"))
    def finding(self, warning: Warning) -> str:
        return warning.title

    @display(
        description=gettext_lazy("intensity"),
        ordering="intensity",
        label={Intensity.STRONG: "danger", Intensity.MEDIUM: "warning", Intensity.WEAK: "info"},
    )
    def level(self, warning: Warning) -> tuple[int, str]:
        return warning.intensity, warning.get_intensity_display()

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={
            Warning.State.OPEN: "warning",
            Warning.State.ACKNOWLEDGED: "warning",
            Warning.State.RECTIFYING: "info",
            Warning.State.SUBMITTED: "info",
            Warning.State.REVOKED: "success",
            Warning.State.EXPIRED: "danger",
        },
    )
    def standing(self, warning: Warning) -> tuple[str, str]:
        return warning.state, warning.get_state_display()

    @display(description=gettext_lazy("rule"))
    def rule_name(self, warning: Warning) -> str:
        return str(rule_of(warning).name)

    @display(description=pgettext_lazy("warning", "issued"), ordering="opened_at")
    def issued(self, warning: Warning) -> str:
        return formats.at(warning.opened_at)

    @display(description=gettext_lazy("due"))
    def due(self, warning: Warning) -> str:
        if warning.closed_at:
            return formats.NOTHING
        return formats.due(getattr(warning, "known_due", None) or warning.due_at)

    @display(description=gettext_lazy("facts behind the figure"))
    def facts(self, warning: Warning) -> str:
        standing = selectors.standing_finding(list(warning.findings.all()))
        rows = list(selectors.facts_of(standing))
        return render_to_string(
            "warnings/console/facts.html", {"table": facts.table(rows, timezone.now()), "count": len(rows)}
        )

    @display(description=gettext_lazy("history"))
    def history(self, warning: Warning) -> str:
        happened = page.events(warning, list(warning.findings.all()))
        return render_to_string(
            "warnings/console/history.html", {"items": page.timeline(warning, happened, warning.due_at)}
        )

    @display(description=gettext_lazy("deliveries"))
    def deliveries(self, warning: Warning) -> str:
        return render_to_string("warnings/console/told.html", {"told": page.told(warning)})

    @action(description=gettext_lazy("Rules in force"), url_path="rules", permissions=["view"])
    def rules(self, request: HttpRequest) -> HttpResponse:
        """The rules in force, and how many warnings each has issued under this version and in all."""
        try:
            version, policy = rules_in_force()
        except NoPolicy:
            raise Http404(_("No version of the warning rules is in force.")) from None
        counts = selectors.opened_by_rule()
        lines = [
            (
                line,
                counts.get((version.pk, line.code), 0),
                sum(count for (_version, code), count in counts.items() if code == line.code),
            )
            for line in rulebook(policy)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Warning rules in force"),
            "version": version,
            "lines": lines,
            "list_url": reverse("admin:warnings_warning_changelist"),
        }
        return render(request, "warnings/console/rules.html", context)

    @action(description=gettext_lazy("Revoke"), url_path="revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then revoke; the merchant is told with the reason."""
        warning = cast(Warning | None, self.get_object(request, object_id))
        if warning is None:
            raise Http404
        back = reverse("admin:warnings_warning_change", args=[warning.pk])
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.withdraw(
                    warning=warning, actor=cast(User, request.user), at=timezone.now(), **form.cleaned_data
                )
                messages.success(request, _("%(number)s is revoked; the merchant was told.") % {"number": warning})
            except TransitionRefused:
                messages.error(
                    request, _("%(number)s was closed in the meantime. Nothing changed.") % {"number": warning}
                )
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Revoke %(number)s") % {"number": warning.number},
            "warning": warning,
            "form": form,
            "back": back,
        }
        return render(request, "warnings/console/revoke.html", context, status=422 if form.errors else 200)
