from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "shopops.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Register the jobs that keep records and clocks, and who may read what."""
        from shopops.accounts.roles import Role, grant
        from shopops.audit import sealing
        from shopops.audit.jobs import extend_calendars
        from shopops.jobs.registry import Job, jobs

        jobs.register(Job("seal_audit", _("Seal the audit log"), sealing.seal_audit))
        jobs.register(Job("extend_calendars", _("Extend the calendars"), extend_calendars))
        for role in (Role.AUDITOR, Role.SUPERVISOR):
            grant(role, "audit.view_entry", "audit.view_seal", "audit.view_dailyroot")
            grant(role, "jobs.view_jobrun", "policies.view_policyversion")
            grant(role, "audit.export_entry", "audit.view_changes")
        grant(Role.AUDITOR, "accounts.view_user", "notifications.view_message", "notifications.view_delivery")
