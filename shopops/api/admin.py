"""API keys in the console: the platform's are made, rotated and revoked here; shops' keys are seen and revoked."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import action, display

from shopops.adminbase import ReadOnlyAdmin, console_page
from shopops.api import console, directory
from shopops.api.models import ApiKey
from shopops.ui import formats


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "beginning", "may", "standing", "used", "created_by", "deeds")
    list_filter = ("state", ("merchant_id", admin.EmptyFieldListFilter))
    search_fields = ("name", "secrets__prefix")
    list_display_links = None
    actions_list = ("new_key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        return super().get_queryset(request).select_related("created_by").prefetch_related("secrets")

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return console_page(console.PERMISSION)(partial(view, site=self.admin_site))

        own = [
            path("new/", page(console.new), name="api_apikey_new"),
            path("<int:pk>/rotate/", page(console.rotate), name="api_apikey_rotate"),
            path("<int:pk>/revoke/", page(console.revoke), name="api_apikey_revoke"),
        ]
        return [*own, *super().get_urls()]

    def has_new_key_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(console.PERMISSION))

    @action(description=_("New key"), url_path="start", permissions=["new_key"])
    def new_key(self, request: HttpRequest) -> Any:
        from django.http import HttpResponseRedirect

        return HttpResponseRedirect(reverse("admin:api_apikey_new"))

    @admin.display(description=_("owner"))
    def owner(self, key: ApiKey) -> str:
        """The platform, or the shop's name."""
        return str(_("Platform")) if key.merchant_id is None else directory.name(key.merchant_id)

    @admin.display(description=_("beginning"))
    def beginning(self, key: ApiKey) -> str:
        return format_html("<code>{}…</code>", key.prefix)

    @admin.display(description=_("scopes"))
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @display(
        description=_("state"),
        label={"expired": "danger", ApiKey.State.ACTIVE: "success", ApiKey.State.REVOKED: "default"},
    )
    def standing(self, key: ApiKey) -> tuple[str, str]:
        if key.state == ApiKey.State.ACTIVE and key.is_expired:
            return "expired", pgettext("API key", "Expired")
        return key.state, key.get_state_display()

    @admin.display(description=_("last used"))
    def used(self, key: ApiKey) -> str:
        if key.last_used_at is None:
            return str(_("never"))
        return f"{formats.at(key.last_used_at)} · {key.last_used_network}"

    @admin.display(description="")
    def deeds(self, key: ApiKey) -> str:
        if key.state != ApiKey.State.ACTIVE:
            return ""
        rotate = reverse("admin:api_apikey_rotate", args=[key.pk])
        revoke = reverse("admin:api_apikey_revoke", args=[key.pk])
        end = format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', revoke, pgettext("API key", "Revoke")
        )
        if key.merchant_id is not None or key.is_expired:
            return end
        new = format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', rotate, _("New secret"))
        return format_html("{} · {}", new, end)
