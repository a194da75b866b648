from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "shopops.console"
    label = "console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from django.contrib import admin

        admin.site.index_title = _("Home")
        admin.site.enable_nav_sidebar = False
