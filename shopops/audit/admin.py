from django.contrib import admin

from shopops.adminbase import ReadOnlyAdmin
from shopops.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "actor_name", "target_name", "reason")
    list_filter = ("action", "at")
    search_fields = ("target_name", "actor_name", "action", "reason")
    date_hierarchy = "at"
    list_select_related = ("policy_version",)
