"""Preferences, the gallery of parts, and the answer to an expired form."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
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
