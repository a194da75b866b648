from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"
    verbose_name = _("Merchants")

    def ready(self) -> None:
        from merchants import hooks
        from merchants.api.directory import ShopDirectory
        from merchants.api.scopes import SCOPES
        from merchants.checkup import ACCOUNT_SECURITY
        from merchants.jobs import CLOSE_RUN_OUT
        from merchants.messages import KINDS
        from merchants.policy import ONBOARDING
        from merchants.portal_roles import MATRIX
        from merchants.queues import APPLICATIONS, CALENDARS
        from merchants.rule_notice import AUDIENCE
        from shopops.accounts.matrices import matrices
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.api import directory, scopes
        from shopops.checkup import checks
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import Category, categories, message_kinds
        from shopops.policies.kinds import kinds, notice_audiences
        from shopops.ui.navigation import NavItem, register
        from shopops.webhooks.catalogue import payloads
        from shopops.webhooks.owners import directory as endpoint_owners
        from shopops.work.queues import queues
        from shopops.work.sla import calendar_sources

        directory.use(ShopDirectory())
        scopes.register(*SCOPES)
        kinds.register(ONBOARDING)
        notice_audiences.register(AUDIENCE)
        payloads.register(hooks.APPLICATION)
        endpoint_owners.register(hooks.DIRECTORY)
        queues.register(APPLICATIONS)
        calendar_sources.register(CALENDARS)
        checks.register(ACCOUNT_SECURITY)
        matrices.register(MATRIX)
        jobs.register(CLOSE_RUN_OUT)
        categories.register(Category("merchants", _("Applications and people")))
        for kind in KINDS:
            message_kinds.register(kind)
        register(NavItem("shop", "shop", _("Shop details"), "merchants:shop", order=80, extra=True))
        register(NavItem("members", "users", _("People"), "members:list", order=85, extra=True))
        register(NavItem("webhooks", "link", _("Webhooks"), "webhooks:list", order=88, extra=True, needs="api.manage"))
        register(NavItem("api", "code", _("API keys"), "api_keys", order=87, extra=True, needs="api.manage"))

        people = ("merchants.view_member", "merchants.view_invitation", "merchants.view_handover")
        everything = ("merchants.view_application", "merchants.view_merchant", *people)
        review = ("merchants.review_application", "merchants.view_document", "merchants.unmask_personal_data")
        grant_view("merchants.view_merchant")
        grant(Role.REVIEWER, *everything, *review)
        grant(Role.SUPERVISOR, *everything, *review, "merchants.take_over_application")
        grant(Role.AUDITOR, *everything, "merchants.view_document")
        grant(Role.RISK_ANALYST, *everything)
