from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "shopops.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from shopops.portal.counts import unread
        from shopops.ui.navigation import NavItem, register

        register(NavItem(key="home", icon="home", label=_("Home"), url_name="portal:home", order=10))
        register(
            NavItem(
                key="messages",
                icon="bell",
                label=_("Messages"),
                url_name="portal:messages",
                count=unread,
                tone="info",
                order=90,
                gap=True,
                top=True,
            )
        )
