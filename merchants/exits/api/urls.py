from typing import Any

from merchants.exits.api.views import ExitViewSet

routes: list[tuple[str, type[Any], str]] = [("exits", ExitViewSet, "exit")]
