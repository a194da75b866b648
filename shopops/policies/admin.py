import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from shopops.adminbase import ReadOnlyAdmin
from shopops.policies.models import PolicyVersion


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = ("kind", "key", "number", "state", "effective_from", "author", "approver")
    list_filter = ("kind", "state")
    search_fields = ("kind", "key")
    list_select_related = ("author", "approver")
    fields = ("kind", "key", "number", "state", "effective_from", "author", "approver", "content_hash", "document")
    readonly_fields = ("document",)

    @admin.display(description=_("document"))
    def document(self, version: PolicyVersion) -> str:
        return format_html("<pre>{}</pre>", json.dumps(version.body, ensure_ascii=False, indent=2))
