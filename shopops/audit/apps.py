from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "shopops.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant

        for role in (Role.AUDITOR, Role.SUPERVISOR):
            grant(role, "audit.view_entry", "jobs.view_jobrun", "policies.view_policyversion")
        grant(Role.AUDITOR, "accounts.view_user", "notifications.view_message", "notifications.view_delivery")
