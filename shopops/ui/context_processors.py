"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from shopops.ui import formats, languages, preferences


def ui(request: HttpRequest) -> dict[str, Any]:
    """Return the marketplace's name, the languages and the present one, the theme, the zone, and the way back.

    Nothing here touches the database.
    """
    return {
        "marketplace_name": settings.MARKETPLACE_NAME,
        "language": languages.supported(get_language()) or settings.LANGUAGE_CODE,
        "languages": [(code, languages.OWN_NAMES.get(code, code)) for code, _name in settings.LANGUAGES],
        "theme": preferences.theme_of(request),
        "themes": [(code, label, icon) for code, (label, icon) in preferences.THEMES.items()],
        "zone_label": formats.zone_label(),
        "return_path": preferences.without_language(request.get_full_path()),
    }
