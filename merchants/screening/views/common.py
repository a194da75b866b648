"""What the pages of screening share: the frame, the period, who may see which of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from merchants.views.common import person
from shopops.adminbase import console_page
from shopops.ui.csp import strict_csp

VIEW = "screening.view_verdict"
STOP = "screening.stop_approvals"
CALIBRATION = "screening.view_calibration"
ASK = "screening.ask_opinion"
REVIEW = "merchants.review_application"

View = Callable[..., HttpResponse]


def screening_page(*permissions: str) -> Callable[[View], View]:
    """A console page of ours with the strict content security policy."""

    def decorate(view: View) -> View:
        return cast(View, console_page(*permissions)(strict_csp(view)))

    return decorate


def period(request: HttpRequest, choices: tuple[int, ...]) -> tuple[int, dt.datetime, dt.datetime]:
    """The days that the address asks for, one of `choices` (else the first), and the period up to now."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdigit() and len(asked) < 5 and int(asked) in choices else choices[0]
    now = timezone.now()
    return days, now - dt.timedelta(days=days), now + dt.timedelta(seconds=1)


def show(request: HttpRequest, template: str, current: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page with the tabs that the reader may open."""
    return render(request, template, {"pages": _pages(request, current), **context}, status=status)


def spans(choices: tuple[int, ...], chosen: int) -> list[dict[str, Any]]:
    """The links to other periods."""
    return [
        {
            "url": f"?days={days}",
            "text": ngettext("%(count)s day", "%(count)s days", days) % {"count": days},
            "current": days == chosen,
        }
        for days in choices
    ]


def _pages(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    user = person(request)
    pages = [
        ("rule", _("Automatic approval"), "screening:rule", VIEW),
        ("calibration", _("Reviewers"), "screening:calibration", CALIBRATION),
        ("outside", _("Outside reviewers"), "screening:outside", ASK),
        ("mine", _("My decisions"), "screening:mine", REVIEW),
    ]
    return [
        {"text": text, "url": reverse(name), "current": code == current}
        for code, text, name, permission in pages
        if user.has_perm(permission)
    ]
