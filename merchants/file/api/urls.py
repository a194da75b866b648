from typing import Any

from merchants.file.api.views import TimelineViewSet, VisitViewSet

routes: list[tuple[str, type[Any], str]] = [
    (r"merchants/(?P<merchant_id>[0-9]{1,18})/timeline", TimelineViewSet, "merchant-timeline"),
    ("visits", VisitViewSet, "visit"),
]
