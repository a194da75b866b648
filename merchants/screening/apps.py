from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreeningConfig(AppConfig):
    name = "merchants.screening"
    label = "screening"
    verbose_name = _("Screening of applications")

    def ready(self) -> None:
        from merchants.review_panels import panels as case_panels
        from merchants.screening import hooks, jobs, listening, panels
        from merchants.screening.api.scopes import SCOPES
        from merchants.screening.kind import AUTO_APPROVAL
        from merchants.screening.messages import KINDS
        from shopops.accounts.roles import Role, grant
        from shopops.api import scopes
        from shopops.jobs.registry import jobs as registered
        from shopops.notifications.kinds import message_kinds
        from shopops.policies.kinds import kinds
        from shopops.webhooks.catalogue import payloads

        kinds.register(AUTO_APPROVAL)
        registered.register(jobs.SCREEN)
        registered.register(jobs.TRY)
        scopes.register(*SCOPES)
        payloads.register(hooks.OPINION)
        for kind in KINDS:
            message_kinds.register(kind)
        case_panels.register(panels.OPINIONS)
        case_panels.register(panels.VERDICT)
        listening.listen()

        grant(Role.EXTERNAL_REVIEWER, "screening.give_opinion")
        for role in (Role.SUPERVISOR, Role.RISK_ANALYST, Role.AUDITOR):
            grant(role, "screening.view_verdict")
        for role in (Role.SUPERVISOR, Role.RISK_ANALYST):
            grant(role, "screening.stop_approvals")
        grant(Role.SUPERVISOR, "screening.view_calibration", "screening.ask_opinion")
