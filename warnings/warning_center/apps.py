import datetime as dt
from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarningCenterConfig(AppConfig):
    name = "warning_center"
    label = "warnings"
    verbose_name = _("Warnings")

    def ready(self) -> None:
        from merchants.exits import conditions, records
        from shopops.api import scopes
        from shopops.checkup import Banners, Cause, Check, Stats, ToDos, banner_sources, stat_sources, todo_sources
        from shopops.checkup import checks as checkup
        from shopops.jobs.registry import Job, jobs
        from shopops.notifications.kinds import MessageKind, message_kinds
        from shopops.policies.kinds import PolicyKind, kinds
        from shopops.transitions.handler import subscribe
        from shopops.ui.navigation import NavItem, register
        from shopops.webhooks.catalogue import payloads
        from warning_center import checking, checks, exits, hooks, merchant_file, renewals, trial
        from warning_center.api.scopes import SCOPES
        from warning_center.policy import KIND, CurrentWarningRules

        scopes.register(*SCOPES)
        merchant_file.register()
        pack = Path(__file__).parent / "policies" / "warning_rules.toml"
        kinds.register(
            PolicyKind(
                KIND,
                _("Warning rules"),
                CurrentWarningRules,
                pack,
                notice="merchants",
                help_text=_("When merchants are warned, how it is worded, and how a warning ends."),
                trial=trial.TRIAL,
            )
        )
        jobs.register(Job("check_risks", _("Check risks and issue warnings"), checking.check_risks))
        conditions.register(exits.CONDITION)
        records.register(exits.SECTION)
        payloads.register(hooks.WARNING)
        subscribe(renewals.APPROVED, renewals.revoke_settled)
        day = dt.timedelta(days=1)  # unread for so long, the next channel is tried
        message_kinds.register(MessageKind("warnings.opened", _("Warning issued"), "danger", fallback_after=day))
        message_kinds.register(
            MessageKind("warnings.escalated", _("Intensity of a warning raised"), "danger", fallback_after=day)
        )
        message_kinds.register(MessageKind("warnings.revoked", _("Warning revoked"), "ok"))
        message_kinds.register(MessageKind("warnings.expired", _("Time to rectify ran out"), "danger"))
        checkup.register(Check("warnings", Cause.WARNINGS, checks.evaluate, needs="warnings.view"))
        todo_sources.register(ToDos("warnings", checks.todos, needs="warnings.answer"))
        banner_sources.register(Banners("warnings", checks.banners, needs="warnings.view"))
        stat_sources.register(Stats("warning_rules", checks.stats, needs="warnings.view"))
        register(
            NavItem(
                key="warnings",
                icon="warning",
                label=_("Warnings"),
                url_name="warnings:list",
                count=checks.live_count,
                tone="danger",
                order=50,
                needs="warnings.view",
            )
        )
        _grant()


def _grant() -> None:
    from shopops.accounts.roles import Role, grant

    for role in (Role.RISK_ANALYST, Role.SUPERVISOR, Role.AUDITOR):
        grant(role, "warnings.view_warning")
    for role in (Role.RISK_ANALYST, Role.SUPERVISOR):
        grant(role, "warnings.revoke_warning")
