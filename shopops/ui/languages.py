"""Which language and which zone a reader gets."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

# How each language calls itself, for the switch.
OWN_NAMES = {"en": "English", "zh-hans": "简体中文"}


def supported(code: str | None) -> str | None:
    """Return the language we have for a code, or None: zh, zh-CN and zh-Hans-CN are zh-hans, en-GB is en."""
    if not code:
        return None
    lowered = code.strip().lower()
    if lowered == "zh" or lowered.startswith(("zh-cn", "zh-sg", "zh-hans")):
        return "zh-hans"
    try:
        return get_supported_language_variant(lowered)
    except LookupError:
        return None


def _accepted(request: HttpRequest) -> str | None:
    """Return the best language of the browser's list; traditional Chinese readers get simplified Chinese."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            return None
        if found := supported(code) or ("zh-hans" if code.startswith("zh") else None):
            return found
    return None


def reader(request: HttpRequest) -> object | None:
    """Return the signed-in user, or None. Without a database nobody is signed in: public pages must still answer."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    try:
        user = get_user(request)
    except DatabaseError:
        return None
    return None if isinstance(user, AnonymousUser) else user


def choose(request: HttpRequest, user: object | None) -> str:
    """Return the language: ?lang=, cookie, the user's own, the browser's, the marketplace's."""
    return (
        supported(request.GET.get("lang"))
        or supported(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        or supported(getattr(user, "language", ""))
        or _accepted(request)
        or settings.LANGUAGE_CODE
    )


def zone_of(user: object | None) -> ZoneInfo | None:
    """Return the user's own time zone; None (the marketplace's) when they have none or it is unknown."""
    name = getattr(user, "time_zone", "")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
