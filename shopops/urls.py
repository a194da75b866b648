"""Every address of the application."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from complaints.api.urls import routes as complaint_routes
from maintenance.api.urls import routes as maintenance_routes
from merchants.api.urls import routes as merchant_routes
from merchants.credit.api.urls import routes as credit_routes
from orders.api.urls import routes as order_routes
from shopops.ui.views import set_language
from warning_center.api.urls import routes as warning_routes

router = SimpleRouter()
routes: list[tuple[str, type[ViewSetMixin], str]] = [
    *merchant_routes,
    *credit_routes,
    *order_routes,
    *warning_routes,
    *complaint_routes,
    *maintenance_routes,
]
for prefix, viewset, basename in routes:
    router.register(prefix, viewset, basename=basename)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="portal:home"), name="root"),
    path("healthz", include("shopops.health")),
    path("status/", include("maintenance.status_urls")),
    path("accounts/", include("allauth.urls")),
    path("apply/", include("merchants.urls")),
    # The merchants' portal
    path("portal/", include("shopops.portal.urls")),
    path("portal/orders/", include("orders.urls")),
    path("portal/warnings/", include("warning_center.urls")),
    path("portal/score/", include("merchants.credit.urls")),
    path("portal/maintenance/", include("maintenance.urls")),
    # The console; workbenches before the lists, which answer everything else below /admin/
    path("admin/review/", include("merchants.console_urls")),
    path("", include("complaints.urls")),
    path("admin/", admin.site.urls),
    path("", include("shopops.ui.urls")),
    path("language/console/", set_language, name="set_language"),  # the name that the console's theme asks for
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include((router.urls, "api"))),
]
