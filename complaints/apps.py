from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    label = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints import checks, counts, exits, hooks, merchant_file
        from complaints.api.scopes import SCOPES
        from complaints.policy import ComplaintPolicy
        from complaints.queue import DESK
        from merchants.exits import conditions, records
        from shopops.accounts.roles import Role, grant
        from shopops.api import scopes
        from shopops.checkup import Cause, Check, ToDos, todo_sources
        from shopops.checkup import checks as checkup
        from shopops.notifications.kinds import MessageKind, message_kinds
        from shopops.policies.kinds import PolicyKind, kinds
        from shopops.ui.navigation import NavItem, register
        from shopops.webhooks.catalogue import payloads
        from shopops.work.queues import queues

        scopes.register(*SCOPES)
        kinds.register(
            PolicyKind(
                "complaints",
                _("Complaint handling"),
                ComplaintPolicy,
                Path(__file__).parent / "policies" / "complaints.toml",
                notice="merchants",
                editors=(Role.COMPLAINT_AGENT, Role.SUPERVISOR),
                help_text=_("How long everybody has to deal with a complaint."),
            )
        )
        conditions.register(exits.CONDITION)
        records.register(exits.SECTION)
        payloads.register(hooks.COMPLAINT)
        message_kinds.register(MessageKind("complaints.received", _("Complaint received"), "caution"))
        message_kinds.register(MessageKind("complaints.ruled", _("Complaint decided"), "info"))
        queues.register(DESK)
        merchant_file.register()
        for role in (Role.COMPLAINT_AGENT, Role.SUPERVISOR):
            grant(role, "complaints.view_complaint", "complaints.rule_complaint")
        grant(Role.SUPERVISOR, "complaints.take_over_complaint")
        for role in (Role.AUDITOR, Role.RISK_ANALYST):
            grant(role, "complaints.view_complaint")
        checkup.register(Check("complaints", Cause.ORDERS, checks.evaluate, needs="complaints.view"))
        todo_sources.register(ToDos("complaints", checks.todos, needs="complaints.answer"))
        register(
            NavItem(
                key="complaints",
                icon="chat",
                label=_("Complaints"),
                url_name="complaints:list",
                count=counts.waiting,
                tone="danger",
                order=70,
                extra=True,
                needs="complaints.view",
            )
        )
