"""What apps above the core add to the reviewers' case page: each a context function and a template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from merchants.models import Application
from shopops.registry import Registry


@dataclass(frozen=True)
class Panel:
    """A part of the case page. `context` gives what `template` needs; None: there is nothing to show.

    The template gets `application` besides and is drawn as one `<section>` in the column of the case; low `order` comes
    first. A blind second read shows no panels: they may tell how it was decided.
    """

    code: str
    template: str
    context: Callable[[HttpRequest, Application], dict[str, Any] | None]
    order: int = 50


panels: Registry[Panel] = Registry("review panel")


def drawn(request: HttpRequest, application: Application) -> list[SafeString]:
    """The panels that have something to show for this application, in order."""
    shown = []
    for panel in sorted(panels, key=lambda each: (each.order, each.code)):
        context = panel.context(request, application)
        if context is not None:
            shown.append(render_to_string(panel.template, {"application": application, **context}, request))
    return shown
