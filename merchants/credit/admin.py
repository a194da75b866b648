"""Scores in the console: a list to filter, each with the ledger it is the sum of."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from merchants.credit.models import ScoreContribution, ScoreSnapshot
from merchants.credit.words import label_of, own_text, value_text
from shopops.adminbase import ReadOnlyAdmin


class LedgerInline(TabularInline):
    """The lines of one score."""

    model = ScoreContribution
    fields = ("component", "line", "own_number", "counts", "average", "judged", "by_prior", "points", "max_points")
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True
    verbose_name_plural = _("ledger: its points add up to the score")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("score line"))
    def line(self, line: ScoreContribution) -> str:
        return label_of(line.item)

    @admin.display(description=_("own number"))
    def own_number(self, line: ScoreContribution) -> str:
        return own_text(line.item, line.numerator, line.denominator)

    @admin.display(description=_("own counts"))
    def counts(self, line: ScoreContribution) -> str:
        return f"{line.numerator:,} / {line.denominator:,}"

    @admin.display(description=_("average of the category"))
    def average(self, line: ScoreContribution) -> str:
        return value_text(line.item, line.prior)

    @admin.display(description=_("judged as"))
    def judged(self, line: ScoreContribution) -> str:
        return value_text(line.item, line.adjusted)


class HistoryFilter(admin.SimpleListFilter):
    """Today's scores unless the whole history is asked for."""

    title = _("history")
    parameter_name = "history"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All days"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Name what is shown without the filter: not everything, but what stands now."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Current scores")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[ScoreSnapshot]) -> QuerySet[ScoreSnapshot]:
        return queryset if self.value() == "all" else queryset.filter(is_current=True)


@admin.register(ScoreSnapshot)
class ScoreSnapshotAdmin(ReadOnlyAdmin):
    """Scores, worst first."""

    list_display = ("shop", "score", "grade", "provisional", "day", "policy_version", "ledger")
    list_display_links = ("shop",)
    list_filter = (HistoryFilter, "grade", "provisional", "day", "merchant__category")
    search_fields = ("merchant__shop_name", "merchant__external_id")
    ordering = ("score", "merchant_id")
    list_select_related = ("merchant", "policy_version")
    fields = ("merchant", "score", "grade", "provisional", "day", "is_current", "policy_version", "counted_at")
    inlines = (LedgerInline,)

    @admin.display(description=_("shop"), ordering="merchant__shop_name")
    def shop(self, snapshot: ScoreSnapshot) -> str:
        return snapshot.merchant.shop_name

    @admin.display(description=_("ledger"))
    def ledger(self, snapshot: ScoreSnapshot) -> str:
        url = reverse("admin:credit_scoresnapshot_change", args=[snapshot.pk])
        return format_html('<a href="{}">{}</a>', url, _("Show the ledger"))
