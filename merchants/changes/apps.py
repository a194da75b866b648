from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    name = "merchants.changes"
    label = "changes"
    verbose_name = _("Changes of merchants")

    def ready(self) -> None:
        from merchants.changes import contributions, hooks, jobs
        from merchants.changes.api.scopes import SCOPES
        from merchants.changes.messages import KINDS
        from merchants.changes.policy import CHANGES
        from merchants.changes.queues import CHANGES as REQUESTS
        from merchants.changes.queues import CONFIRMATIONS
        from shopops.api import scopes
        from shopops.checkup import banner_sources, todo_sources
        from shopops.jobs.registry import jobs as job_registry
        from shopops.notifications.kinds import message_kinds
        from shopops.policies.kinds import kinds
        from shopops.webhooks.catalogue import payloads
        from shopops.work.queues import queues

        scopes.register(*SCOPES)
        kinds.register(CHANGES)
        for payload in hooks.PAYLOADS:
            payloads.register(payload)
        for kind in KINDS:
            message_kinds.register(kind)
        queues.register(REQUESTS)
        queues.register(CONFIRMATIONS)
        job_registry.register(jobs.TELL_OF_ENDS)
        job_registry.register(jobs.VERIFY)
        todo_sources.register(contributions.TODOS)
        banner_sources.register(contributions.BANNERS)
        _grant()


def _grant() -> None:
    from shopops.accounts.roles import Role, grant

    views = ("changes.view_changerequest", "changes.view_verification")
    decide = ("changes.decide_changerequest", "changes.check_verification")
    for role in (Role.REVIEWER, Role.SUPERVISOR, Role.RISK_ANALYST, Role.AUDITOR):
        grant(role, *views)
    grant(Role.REVIEWER, *decide)
    grant(Role.SUPERVISOR, *decide, "changes.take_over_changerequest", "changes.manage_campaign")
    grant(Role.RISK_ANALYST, "changes.manage_campaign")
