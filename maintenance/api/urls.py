"""Routes that shopops.urls registers below /api/v1/."""

from rest_framework.viewsets import ViewSet

from maintenance.api.views import StatusViewSet

routes: list[tuple[str, type[ViewSet], str]] = [("status", StatusViewSet, "status")]
