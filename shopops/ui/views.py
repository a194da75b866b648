"""Preferences, the gallery of parts, and the answers to an expired form and to failures."""

import sys

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopops.ui import gallery as showcase
from shopops.ui import languages, preferences


# Both only set a preference cookie, so a forged request gains nothing, and pages without a token can be cached.
@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """POST language, next: remember the language and go back; an unknown one changes nothing."""
    response = HttpResponseRedirect(preferences.way_back(request))
    if language := languages.supported(request.POST.get("language")):
        preferences.remember_language(response, language)
    return response


@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """POST theme (auto, light, dark), next: remember the theme and go back; an unknown one changes nothing."""
    response = HttpResponseRedirect(preferences.way_back(request))
    theme = request.POST.get("theme", "")
    if theme in preferences.THEMES:
        preferences.remember_theme(response, theme)
    return response


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon of the site."""
    return HttpResponseRedirect(static("ui/favicon.svg"))


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every part. For operators; on a machine that is not a deployment for everyone."""
    if settings.IS_DEPLOYED and not settings.DEBUG and not getattr(request.user, "is_staff", False):
        raise PermissionDenied
    messages.success(request, _("Draft saved at 09:38."))
    return render(request, "ui/gallery.html", showcase.context(request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old; `reason` is Django's and goes to its log only."""
    return render(request, "403_csrf.html", status=403)


#: Seconds after which a browser or a proxy may ask again while the database is away.
RETRY_AFTER = 30
#: PostgreSQL's classes of "not now": connection, resources, shutting down or starting; no code: it did not answer.
_AWAY_CLASSES = ("08", "53", "57")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure: 503 with what to do while the database is away, else 500. Needs no database itself."""
    error = sys.exc_info()[1]
    if not is_away(error):
        return HttpResponseServerError(render_to_string("500.html"))
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)})


def is_away(error: BaseException | None) -> bool:
    """Whether an error means that the database does not answer now, and not that a statement is wrong."""
    if isinstance(error, InterfaceError):
        return True
    code = getattr(error.__cause__, "pgcode", None) if isinstance(error, OperationalError) else ""
    return code is None or (bool(code) and str(code).startswith(_AWAY_CLASSES))
