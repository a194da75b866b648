from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FileConfig(AppConfig):
    name = "merchants.file"
    label = "merchant_file"
    verbose_name = _("Merchant files")

    def ready(self) -> None:
        from merchants.file.api.scopes import SCOPES
        from merchants.file.figures import FIGURES
        from merchants.file.follow_ups import FOLLOW_UPS
        from merchants.file.narrows import GRADE
        from merchants.file.parts import figures, parts
        from merchants.file.sources import SOURCES
        from merchants.file.timeline import sources
        from merchants.file.views.tabs import PARTS
        from merchants.listing import narrows
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.api import scopes
        from shopops.ui.navigation import NavItem, register
        from shopops.work.queues import queues

        for source in SOURCES:
            sources.register(source)
        for part in PARTS:
            parts.register(part)
        figures.register(FIGURES)
        narrows.register(GRADE)
        queues.register(FOLLOW_UPS)
        scopes.register(*SCOPES)
        register(NavItem("history", "clock", _("History"), "shop_history", order=83, extra=True))
        grant_view("merchant_file.view_visit")
        for role in (Role.REVIEWER, Role.RISK_ANALYST, Role.COMPLAINT_AGENT, Role.LOGISTICS_DESK, Role.SUPERVISOR):
            grant(role, "merchant_file.add_visit")
