from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"
    verbose_name = _("Merchants")

    def ready(self) -> None:
        from merchants.checkup import ACCOUNT_SECURITY
        from merchants.messages import KINDS
        from merchants.policy import ONBOARDING
        from merchants.queues import APPLICATIONS
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.checkup import checks
        from shopops.notifications.kinds import message_kinds
        from shopops.policies.kinds import kinds
        from shopops.ui.navigation import NavItem, register
        from shopops.work.queues import queues

        kinds.register(ONBOARDING)
        queues.register(APPLICATIONS)
        checks.register(ACCOUNT_SECURITY)
        for kind in KINDS:
            message_kinds.register(kind)
        register(NavItem("shop", "shop", _("Shop details"), "merchants:shop", order=80, extra=True))

        everything = ("merchants.view_application", "merchants.view_merchant", "merchants.view_member")
        review = ("merchants.review_application", "merchants.view_document", "merchants.unmask_personal_data")
        grant_view("merchants.view_merchant")
        grant(Role.REVIEWER, *everything, *review)
        grant(Role.SUPERVISOR, *everything, *review, "merchants.take_over_application")
        grant(Role.AUDITOR, *everything, "merchants.view_document")
        grant(Role.RISK_ANALYST, *everything)
