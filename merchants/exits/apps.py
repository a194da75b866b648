from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExitsConfig(AppConfig):
    name = "merchants.exits"
    label = "exits"
    verbose_name = _("Exits")

    def ready(self) -> None:
        from merchants.exits import checks, conditions, hooks, records
        from merchants.exits.api.scopes import SCOPES
        from merchants.exits.jobs import EXPORT_RECORDS, RUN_EXITS
        from merchants.exits.messages import KINDS
        from merchants.exits.policy import EXIT
        from merchants.exits.queue import DESK
        from merchants.exits.sections import SECTIONS
        from shopops import checkup
        from shopops.accounts.roles import Role, grant
        from shopops.api import scopes
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import message_kinds
        from shopops.policies.kinds import kinds
        from shopops.ui.navigation import NavItem, register
        from shopops.webhooks.catalogue import payloads
        from shopops.work.queues import queues

        scopes.register(*SCOPES)
        kinds.register(EXIT)
        payloads.register(hooks.EXIT)
        queues.register(DESK)
        jobs.register(RUN_EXITS)
        jobs.register(EXPORT_RECORDS)
        conditions.register(checks.STATEMENT)
        checkup.banner_sources.register(checks.BANNERS)
        for section in SECTIONS:
            records.register(section)
        for kind in KINDS:
            message_kinds.register(kind)
        register(
            NavItem("exit", "external", _("Close the shop"), "exits:home", order=95, extra=True, needs="exit.view")
        )

        seen = ("exits.view_exit", "exits.view_settlementstep", "exits.view_exit_analysis")
        for role in (Role.REVIEWER, Role.RISK_ANALYST, Role.SUPERVISOR, Role.AUDITOR):
            grant(role, *seen)
        for role in (Role.REVIEWER, Role.SUPERVISOR):
            grant(role, "exits.handle_exit")
        for role in (Role.RISK_ANALYST, Role.SUPERVISOR):
            grant(role, "exits.handle_exit", "exits.terminate_exit")
        grant(Role.SUPERVISOR, "exits.take_over_exit")
        for role in (Role.SUPERVISOR, Role.AUDITOR):
            grant(role, "exits.view_recordexport", "exits.add_recordexport")
