"""The addresses of policies in the console. Nothing is edited by Django's own forms."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from shopops.adminbase import ReadOnlyAdmin, console_page
from shopops.policies.console import editing, pages
from shopops.policies.models import PolicyVersion


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """The list and the page of a version are our own; the rest hangs below them."""

    search_fields = ("kind", "key")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return pages.home(request, self.admin_site)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return pages.version_page(request, int(object_id) if object_id.isdecimal() else 0, self.admin_site)

    def get_urls(self) -> list[URLPattern]:
        """Our pages before Django's, whose last pattern takes everything."""
        site, guard = self.admin_site, console_page("policies.view_policyversion")
        write = console_page("policies.view_policyversion", "policies.change_policyversion")
        own = [
            path("approvals/", guard(partial(pages.approvals, site=site)), name="policies_approvals"),
            path("kind/<slug:code>/<slug:key>/", guard(partial(pages.kind_page, site=site)), name="policies_kind"),
            path("kind/<slug:code>/<slug:key>/new/", write(editing.new_draft), name="policies_new"),
            path(
                "kind/<slug:code>/<slug:key>/import/",
                write(partial(editing.import_file, site=site)),
                name="policies_import",
            ),
            path("<int:pk>/edit/", write(partial(editing.edit, site=site)), name="policies_edit"),
            path("<int:pk>/compare/", guard(partial(pages.compare_page, site=site)), name="policies_compare"),
            path("<int:pk>/export.<slug:form>", guard(pages.export), name="policies_export"),
            path("<int:pk>/do/<slug:code>/", guard(partial(editing.act, site=site)), name="policies_act"),
        ]
        return own + super().get_urls()
