"""Leads in the console: a list to filter and search, linked with their applications."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from merchants.leads.models import Lead
from shopops.adminbase import ReadOnlyAdmin
from shopops.fields import mask


class StageFilter(admin.SimpleListFilter):
    """How far a lead has come."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("No application yet")), ("won", _("Won, no application yet")), ("applied", _("Applied"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        if self.value() == "open":
            return queryset.filter(application__isnull=True)
        if self.value() == "won":
            return queryset.filter(application__isnull=True, won_at__isnull=False)
        return queryset.filter(application__isnull=False) if self.value() == "applied" else queryset


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """Who might open a shop."""

    list_display = ("external_id", "contacted_on", "channel", "segment", "business_type", "won_at", "its_application")
    list_filter = (StageFilter, "channel", "lead_type", "contacted_on")
    search_fields = ("external_id", "seller_id", "shop_name")
    date_hierarchy = "contacted_on"
    list_select_related = ("application",)
    fields = (
        "external_id", "contacted_on", "channel", "landing_page", "segment", "lead_type", "business_type", "shop_name",
        "masked_email", "won_at", "seller_id", "its_application", "made_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("application"))
    def its_application(self, lead: Lead) -> str:
        if lead.application is None:
            return "–"
        url = reverse("review:case", args=[lead.application.pk])
        return format_html('<a href="{}">{}</a>', url, lead.application.number)

    @admin.display(description=_("e-mail"))
    def masked_email(self, lead: Lead) -> str:
        return mask(lead.email or "")
