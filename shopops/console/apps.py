from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "shopops.console"
    label = "console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant
        from shopops.console import alerts
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import message_kinds

        jobs.register(alerts.WATCH_JOBS)
        for kind in alerts.KINDS:
            message_kinds.register(kind)
        grant(Role.SUPERVISOR, "jobs.run_job", "jobs.read_errors")
        grant(Role.AUDITOR, "jobs.read_errors")
