from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "merchants.leads"
    label = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from merchants.leads import services
        from merchants.leads.exchange import LEADS, MERCHANTS
        from shopops.accounts.roles import Role, grant
        from shopops.exchange.registry import exchanges
        from shopops.transitions.handler import subscribe

        exchanges.register(LEADS)
        exchanges.register(MERCHANTS)
        for event in ("merchants.application.submitted", "merchants.application.resubmitted"):
            subscribe(event, services.link)
        for role in (Role.SUPERVISOR, Role.RISK_ANALYST, Role.REVIEWER, Role.AUDITOR):
            grant(role, "leads.view_lead")
        grant(Role.SUPERVISOR, "leads.import_lead", "merchants.import_merchant", "exchange.view_import")
        grant(Role.RISK_ANALYST, "leads.import_lead", "exchange.view_import")
