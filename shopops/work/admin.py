from django.contrib import admin

from shopops.adminbase import ReadOnlyAdmin
from shopops.work.models import WorkItem


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    list_display = ("label", "queue", "risk", "entered_at", "due_at", "claimed_by", "left_at")
    list_filter = ("queue", "risk")
    search_fields = ("label",)
    list_select_related = ("claimed_by",)
