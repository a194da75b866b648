from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"
    verbose_name = _("Merchants")

    def ready(self) -> None:
        from merchants import exit_parts, hooks, rerunning
        from merchants.agreement_portal import BANNERS, TODOS
        from merchants.agreements import AGREEMENT
        from merchants.api.directory import ShopDirectory
        from merchants.api.scopes import SCOPES
        from merchants.checkup import ACCOUNT_SECURITY
        from merchants.jobs import CLOSE_RUN_OUT, REVIEW_BATCHES, SWEEP_READINGS
        from merchants.messages import KINDS
        from merchants.policy import ONBOARDING
        from merchants.portal_roles import MATRIX
        from merchants.queues import APPLICATIONS
        from merchants.rule_notice import AUDIENCE
        from shopops.accounts.matrices import matrices
        from shopops.accounts.roles import Role, grant, grant_view
        from shopops.api import directory, scopes
        from shopops.checkup import banner_sources, checks, todo_sources
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import Category, categories, message_kinds
        from shopops.policies.kinds import kinds, notice_audiences
        from shopops.saved_views.pages import Page
        from shopops.saved_views.pages import pages as saved_pages
        from shopops.ui.navigation import NavItem, register
        from shopops.webhooks.catalogue import payloads
        from shopops.webhooks.owners import directory as endpoint_owners
        from shopops.work.queues import queues

        rerunning.connect()
        directory.use(ShopDirectory())
        scopes.register(*SCOPES)
        kinds.register(ONBOARDING)
        kinds.register(AGREEMENT)
        notice_audiences.register(AUDIENCE)
        payloads.register(hooks.APPLICATION)
        payloads.register(hooks.MERCHANT)
        exit_parts.register()
        endpoint_owners.register(hooks.DIRECTORY)
        queues.register(APPLICATIONS)
        checks.register(ACCOUNT_SECURITY)
        banner_sources.register(BANNERS)
        todo_sources.register(TODOS)
        matrices.register(MATRIX)
        jobs.register(CLOSE_RUN_OUT)
        jobs.register(REVIEW_BATCHES)
        jobs.register(SWEEP_READINGS)
        categories.register(Category("merchants", _("Applications and people")))
        for kind in KINDS:
            message_kinds.register(kind)
        saved_pages.register(Page("review.queue", _("Applications"), "merchants.review_application"))
        register(NavItem("shop", "shop", _("Shop details"), "merchants:shop", order=80, extra=True))
        register(NavItem("agreements", "file", _("Agreements"), "merchants:shop_agreements", order=82, extra=True))
        register(NavItem("members", "users", _("People"), "members:list", order=85, extra=True))
        register(NavItem("webhooks", "link", _("Webhooks"), "webhooks:list", order=88, extra=True, needs="api.manage"))
        register(NavItem("api", "code", _("API keys"), "api_keys", order=87, extra=True, needs="api.manage"))

        people = ("merchants.view_member", "merchants.view_invitation", "merchants.view_handover")
        papers = ("merchants.view_agreementsigning",)
        everything = ("merchants.view_application", "merchants.view_merchant", *people, *papers)
        review = ("merchants.review_application", "merchants.view_document", "merchants.unmask_personal_data")
        grant_view("merchants.view_merchant")
        grant(Role.REVIEWER, *everything, *review)
        grant(Role.SUPERVISOR, *everything, *review, "merchants.take_over_application")
        grant(Role.AUDITOR, *everything, "merchants.view_document")
        grant(Role.RISK_ANALYST, *everything)
        for role in (Role.RISK_ANALYST, Role.SUPERVISOR):
            grant(role, "merchants.suspend_merchant")
