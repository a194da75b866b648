from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaintenanceConfig(AppConfig):
    """Planned work on the platform: windows, notices, clocks, and the public status."""

    name = "maintenance"
    label = "maintenance"
    verbose_name = _("Maintenance")

    def ready(self) -> None:
        from maintenance import checks, hooks, merchant_file, policy, queues
        from maintenance.jobs import SEND_DUE_NOTICES
        from maintenance.kinds import MESSAGE_KINDS
        from shopops import checkup
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import message_kinds
        from shopops.policies.kinds import kinds
        from shopops.webhooks.catalogue import payloads
        from shopops.work.queues import queues as work_queues

        kinds.register(policy.KIND)
        for kind in MESSAGE_KINDS:
            message_kinds.register(kind)
        jobs.register(SEND_DUE_NOTICES)
        payloads.register(hooks.WINDOW)
        work_queues.register(queues.QUEUE)
        checkup.banner_sources.register(checks.BANNERS)
        checkup.checks.register(checks.CHECK)
        merchant_file.register()
        for role in (Role.ANNOUNCER, Role.SUPERVISOR):
            grant(
                role,
                "maintenance.add_window",
                "maintenance.change_window",
                "maintenance.announce_window",
                "maintenance.add_impact",
                "maintenance.change_impact",
                "maintenance.delete_impact",
                "maintenance.add_incident",
                "maintenance.change_incident",
            )
        grant(Role.SUPERVISOR, "maintenance.override_lead_time")
        grant_view(
            "maintenance.view_window",
            "maintenance.view_impact",
            "maintenance.view_noticepoint",
            "maintenance.view_incident",
        )
