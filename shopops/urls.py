"""Every address of the application."""

from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from shopops.ui.views import set_language

API_APPS = ("merchants", "merchants.credit", "orders", "warning_center", "complaints", "maintenance")

router = SimpleRouter()
for app in API_APPS:
    if find_spec(f"{app}.api") and find_spec(f"{app}.api.urls"):
        for prefix, viewset, basename in import_module(f"{app}.api.urls").routes:
            router.register(prefix, viewset, basename=basename)


def _optional(prefix: str, module: str) -> list[URLPattern | URLResolver]:
    parent = module.rpartition(".")[0]
    return [path(prefix, include(module))] if find_spec(parent) and find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="portal:home"), name="root"),
    *_optional("healthz", "shopops.health"),
    path("", include("shopops.ui.urls")),
    path("language/console/", set_language, name="set_language"),  # the name that the console's theme asks for
    path("accounts/", include("allauth.urls")),
    *_optional("apply/", "merchants.urls"),
    *_optional("admin/review/", "merchants.console_urls"),
    *_optional("", "complaints.urls"),
    path("admin/", admin.site.urls),
    path("portal/", include("shopops.portal.urls")),
    *_optional("portal/orders/", "orders.urls"),
    *_optional("portal/warnings/", "warning_center.urls"),
    *_optional("portal/score/", "merchants.credit.urls"),
    *_optional("portal/maintenance/", "maintenance.urls"),
    *_optional("status/", "maintenance.status_urls"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include((router.urls, "api"))),
]
