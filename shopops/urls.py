"""Every address of the application."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from complaints.api.urls import routes as complaint_routes
from maintenance.api.urls import routes as maintenance_routes
from merchants.api.urls import routes as merchant_routes
from merchants.changes.api.urls import routes as change_routes
from merchants.credit.api.urls import routes as credit_routes
from merchants.exits.api.urls import routes as exit_routes
from merchants.file.api.urls import routes as file_routes
from merchants.screening.api.urls import routes as screening_routes
from orders.api.urls import routes as order_routes
from shopops.audit.views import roots as audit_roots
from shopops.portal import inbox, preferences
from shopops.ui.views import set_language
from warning_center.api.urls import routes as warning_routes

router = SimpleRouter()
routes: list[tuple[str, type[ViewSetMixin], str]] = [
    *merchant_routes,
    *credit_routes,
    *change_routes,
    *exit_routes,
    *file_routes,
    *screening_routes,
    *order_routes,
    *warning_routes,
    *complaint_routes,
    *maintenance_routes,
]
for prefix, viewset, basename in routes:
    router.register(prefix, viewset, basename=basename)

handler500 = "shopops.ui.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="portal:home"), name="root"),
    path("healthz", include("shopops.health")),
    path("audit/roots.json", audit_roots, name="audit_roots"),
    path("status/", include("maintenance.status_urls")),
    path("notices/", include("merchants.exits.public_urls")),
    path("accounts/", include("shopops.signin.urls")),
    path("accounts/", include("allauth.urls")),
    path("apply/", include("merchants.urls")),
    # The merchants' portal
    path("portal/", include("shopops.portal.urls")),
    path("m/<str:code>/", inbox.short_message, name="short_message"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("portal/members/", include("merchants.member_urls")),
    path("join/", include("merchants.join_urls")),
    path("outside/", include("merchants.screening.outside_urls")),
    path("portal/orders/", include("orders.urls")),
    path("portal/warnings/", include("warning_center.urls")),
    path("portal/score/", include("merchants.credit.urls")),
    path("portal/changes/", include("merchants.changes.urls")),
    path("portal/maintenance/", include("maintenance.urls")),
    path("portal/exit/", include("merchants.exits.portal_urls")),
    path("portal/history/", include("merchants.file.portal_urls")),
    # The console; workbenches before the lists, which answer everything else below /admin/
    path("admin/review/", include("merchants.console_urls")),
    path("admin/change-desk/", include("merchants.changes.console_urls")),
    path("admin/screening/", include("merchants.screening.console_urls")),
    path("admin/merchants/", include("merchants.file.urls")),
    path("admin/saved-views/", include("shopops.saved_views.urls")),
    path("admin/exit-desk/", include("merchants.exits.desk_urls")),
    path("admin/webhook-desk/", include("shopops.webhooks.urls")),
    path("admin/job-desk/", include("shopops.console.job_urls")),
    path("admin/work/", include("shopops.work.urls")),
    path("admin/funnel/", include("merchants.leads.urls")),
    path("admin/imports/", include("shopops.exchange.urls")),
    path("admin/permissions/", include("shopops.signin.console_urls")),
    path("admin/messages/", include("shopops.console.notice_urls")),
    path("", include("complaints.urls")),
    path("admin/", admin.site.urls),
    path("", include("shopops.ui.urls")),
    path("language/console/", set_language, name="set_language"),  # the name that the console's theme asks for
    path("portal/api/", include("merchants.api_key_urls")),
    path("portal/webhooks/", include("merchants.webhook_urls")),
    path("api/v1/", include("shopops.api.urls")),
    path("api/v1/", include((router.urls, "api"))),
]
