"""Language and theme as people choose them: cookies that scripts cannot read."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

THEME_COOKIE = "theme"
THEMES: dict[str, tuple[str | Promise, str]] = {
    "auto": (_("As the device"), "contrast"),
    "light": (_("Light"), "sun"),
    "dark": (_("Dark"), "moon"),
}
_YEAR = 365 * 24 * 3600


def _remember(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the chosen language for a year."""
    _remember(response, settings.LANGUAGE_COOKIE_NAME, language)


def remember_theme(response: HttpResponseBase, theme: str) -> None:
    """Keep the chosen theme for a year."""
    _remember(response, THEME_COOKIE, theme)


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme: auto, light or dark."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def without_language(address: str) -> str:
    """Return an address without its ?lang=, which would outvote the cookie."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode(query)))


def way_back(request: HttpRequest) -> str:
    """Return where the form says it came from, if that is a page of ours, else the start."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return without_language(address)
    return "/"
