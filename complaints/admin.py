from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from shopops.adminbase import ReadOnlyAdmin


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = ("number", "merchant", "kind", "state", "filed_at", "answered_at", "ruled_by", "bench")
    list_filter = ("state", "kind", "filed_at")
    search_fields = ("order_reference", "merchant__shop_name")
    list_select_related = ("merchant", "ruled_by")
    exclude = ("buyer_name", "buyer_contact")

    @admin.display(description=_("workbench"))
    def bench(self, complaint: Complaint) -> str:
        return format_html('<a href="{}">{}</a>', reverse("complaints:bench", args=[complaint.pk]), _("Open"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("complaints.view_complaint")
