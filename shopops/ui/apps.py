"""App configuration of the page parts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Page parts shared by the portal, the public pages and the workbenches; it has no tables."""

    name = "shopops.ui"
    label = "ui"
    verbose_name = _("Page parts")
