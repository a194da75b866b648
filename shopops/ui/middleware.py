"""Per request: the reader's language and zone, and the content security policy."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from shopops.ui import csp, languages, preferences


class LanguageMiddleware:
    """Activate the language (?lang=, cookie, the user's own, Accept-Language) and the user's time zone.

    It stands below the session and above everything that speaks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language and zone; a ?lang= is remembered in the cookie."""
        user = languages.reader(request)
        language = languages.choose(request, user)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        zone = languages.zone_of(user)
        if zone is None:
            timezone.deactivate()
        else:
            timezone.activate(zone)
        response = self.get_response(request)
        if languages.supported(request.GET.get("lang")):
            preferences.remember_language(response, language)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings, but for the few addresses that need another one."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return django-csp's parts with the replacements for this address; see shopops.ui.csp."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.replace is None and not getattr(response, csp.STRICT_MARK, False):
            parts.replace = csp.replacements(request.path_info)
        return parts


class PermissionsPolicyMiddleware:
    """No page of ours asks for camera, microphone, place or payment; whatever is smuggled in shall not either."""

    HEADER = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the header, unless a view set another."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.HEADER)
        return response
