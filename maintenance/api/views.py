"""GET /api/v1/status/."""

from django.db import Error as DatabaseError
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from maintenance.api.serializers import StatusSerializer
from maintenance.status import cache, data
from shopops.api.problems import Unavailable
from shopops.api.views import ApiMixin


class StatusViewSet(ApiMixin, ViewSet):
    """How the platform is: services, planned work, incidents. Public; the same as /status/status.json."""

    # Nobody need sign in, so no session is looked up either.
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="status", summary="Platform status", responses=StatusSerializer)
    def list(self, request: Request) -> Response:
        """Return the status, at most a minute old; 503 when neither the database nor a kept status answers."""
        try:
            snapshot = cache.current()
        except DatabaseError:
            raise Unavailable(wait=cache.RETRY_AFTER, state="unknown") from None
        return Response(data.as_data(snapshot), headers={"Cache-Control": "public, max-age=60"})
