from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Give the floors above what this one knows: counters, metrics, jobs, permissions, contributions to pages."""
        from merchants.exits import conditions, records
        from merchants.leads.milestones import milestones
        from orders import checkup, counters, database, exits, merchant_file, metrics
        from orders.api.scopes import SCOPES
        from orders.milestone import FIRST_ORDER
        from shopops.accounts.roles import Role, grant
        from shopops.api import scopes
        from shopops.checkup import checks, todo_sources
        from shopops.jobs.registry import Job, jobs
        from shopops.ui.navigation import NavItem, register

        post_migrate.connect(database.install_day_function, sender=self, dispatch_uid="orders.install_day_function")
        metrics.register()
        merchant_file.register()
        scopes.register(*SCOPES)
        jobs.register(Job("update_counters", _("Update counters"), counters.update_counters))
        jobs.register(Job("recount_counters", _("Recount counters from the facts"), counters.recount_counters))
        milestones.register(FIRST_ORDER)
        conditions.register(exits.CONDITION)
        records.register(exits.SECTION)
        checks.register(checkup.CHECK)
        todo_sources.register(checkup.TODOS)
        register(
            NavItem(
                "orders", "orders", _("Orders"), "orders:list",
                count=checkup.to_ship_count, order=20, needs="orders.view",
            )
        )  # fmt: skip
        viewers = (Role.LOGISTICS_DESK, Role.RISK_ANALYST, Role.SUPERVISOR, Role.AUDITOR, Role.COMPLAINT_AGENT)
        for role in viewers:
            grant(role, "orders.view_order", "orders.view_orderline", "orders.view_shipment", "orders.view_review")
        grant(Role.RISK_ANALYST, "orders.exclude_order")
        for role in (Role.LOGISTICS_DESK, Role.SUPERVISOR, Role.AUDITOR):
            grant(role, "orders.view_importrun")
