"""What people sign in with: a name read from the User-Agent, and a long-lived signed cookie that knows it again."""

import re
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "shopops_device"
_SALT = "shopops.signin.device"
_TWO_YEARS = 2 * 365 * 24 * 3600
_TO_SET = "_signin_device_to_set"

#: The first that matches counts: most browsers also call themselves Chrome and Safari.
_BROWSERS = (
    ("WeChat", r"MicroMessenger/"),
    ("DingTalk", r"DingTalk/"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Huawei Browser", r"HuaweiBrowser/"),
    ("QQ Browser", r"M?QQBrowser/"),
    ("UC Browser", r"UCBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrom(e|ium)/|CriOS/"),
    ("Safari", r"Version/.*Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def describe(user_agent: str) -> str:
    """Browser and system in words that are the same in every language, "Chrome · Windows"; empty when neither shows."""
    found = (
        next((name for name, pattern in table if re.search(pattern, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name)


def device_of(request: HttpRequest) -> str:
    """The id of the browser from its cookie; a new one, to be set on the answer, when it has none."""
    known = _read(request)
    if known:
        return known
    fresh = getattr(request, _TO_SET, "") or secrets.token_hex(16)
    setattr(request, _TO_SET, fresh)
    return fresh


def known_device(request: HttpRequest) -> str:
    """The id of the browser if it brought one, else empty; for failures, which give no cookie."""
    return _read(request)


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie on the answer to a sign-in from a browser that had none."""
    fresh = getattr(request, _TO_SET, "")
    if fresh:
        response.set_cookie(
            COOKIE,
            signing.Signer(salt=_SALT).sign(fresh),
            max_age=_TWO_YEARS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _read(request: HttpRequest) -> str:
    try:
        return signing.Signer(salt=_SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return ""
