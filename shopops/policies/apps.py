from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "shopops.policies"
    label = "policies"
    verbose_name = _("Policies")

    def ready(self) -> None:
        from shopops.jobs.registry import Job, jobs
        from shopops.notifications.kinds import MessageKind, message_kinds
        from shopops.policies import calendars, notice
        from shopops.policies.kinds import kinds
        from shopops.policies.services.activating import activate_due
        from shopops.policies.services.deciding import QUEUE
        from shopops.transitions.handler import subscribe
        from shopops.work.queues import Queue, queues

        kinds.register(notice.kind())
        kinds.register(calendars.kind())
        subscribe("policies.version.activated", calendars.publish)
        jobs.register(Job("activate_policies", _("Bring approved policies into force"), activate_due))
        message_kinds.register(MessageKind(notice.ANNOUNCED, _("Change of rules"), "caution"))
        message_kinds.register(MessageKind(notice.CALLED_OFF, _("Change of rules called off")))
        message_kinds.register(MessageKind("policies.approved", _("Policy approved"), "ok"))
        message_kinds.register(MessageKind("policies.rejected", _("Policy rejected"), "caution"))
        queues.register(
            Queue(QUEUE, _("Policy approvals"), "policies.approve_policyversion", "admin:policies_approvals")
        )
        _grant()


def _grant() -> None:
    """Who sees policies and approves them. Who writes drafts is said per kind (PolicyKind.editors); the permission only
    opens the door to that question."""
    from shopops.accounts.roles import Role, grant

    writers = (Role.REVIEWER, Role.RISK_ANALYST, Role.COMPLAINT_AGENT, Role.ANNOUNCER, Role.SUPERVISOR)
    for role in writers:
        grant(role, "policies.view_policyversion", "policies.change_policyversion")
    grant(Role.SUPERVISOR, "policies.approve_policyversion")
