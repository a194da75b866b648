"""Lists of change requests and re-verifications in the console; they are decided on the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from merchants.changes import selectors
from merchants.changes.models import ChangeRequest, Verification
from shopops.adminbase import ReadOnlyAdmin


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin):
    list_display = ("number", "shop", "what", "kind", "state", "submitted_at", "due", "desk")
    list_filter = ("state", "kind", "needs_second_person")
    search_fields = ("number__startswith", "merchant__shop_name")
    list_select_related = ("merchant", "policy_version")
    fields = (
        "number", "merchant", "kind", "state", "what", "reason", "requested_by", "submitted_at", "due",
        "needs_second_person", "proposed_by", "proposed_at", "decided_by", "decided_at", "desk",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(submissions=0).prefetch_related("values")

    @admin.display(description=_("shop"), ordering="merchant__shop_name")
    def shop(self, request: ChangeRequest) -> str:
        return request.merchant.shop_name

    @admin.display(description=_("changes"))
    def what(self, request: ChangeRequest) -> str:
        return " · ".join(selectors.item_name(value.field) for value in request.values.all())

    @admin.display(description=_("due"))
    def due(self, request: ChangeRequest) -> Any:
        return selectors.promised_at(request) if request.state in ChangeRequest.WITH_REVIEW else None

    @admin.display(description=_("desk"))
    def desk(self, request: ChangeRequest) -> str:
        return format_html('<a href="{}">{}</a>', reverse("change_desk:case", args=[request.pk]), _("Open"))


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    list_display = ("shop", "campaign", "state", "opened_at", "due_on", "done_at")
    list_filter = ("state", "campaign")
    search_fields = ("merchant__shop_name",)
    list_select_related = ("merchant", "campaign")
    fields = ("merchant", "campaign", "state", "opened_at", "due_on", "told_at", "done_at", "checked_by", "note")
    readonly_fields = fields

    @admin.display(description=_("shop"), ordering="merchant__shop_name")
    def shop(self, verification: Verification) -> str:
        return verification.merchant.shop_name
