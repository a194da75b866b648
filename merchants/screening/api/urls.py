"""Routes of outside reviewers."""

from typing import Any

from merchants.screening.api.views import OpinionRequestViewSet

routes: list[tuple[str, type[Any], str]] = [("opinion-requests", OpinionRequestViewSet, "opinion-request")]
