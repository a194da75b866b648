from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Calls to other systems: endpoints, the outbox of events, the ledger of deliveries."""

    name = "shopops.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import MessageKind, message_kinds
        from shopops.webhooks.cleaning import CLEAN_WEBHOOKS

        message_kinds.register(MessageKind("webhooks.endpoint_off", _("Webhook endpoint switched off"), "danger"))
        jobs.register(CLEAN_WEBHOOKS)
        grant(Role.SUPERVISOR, "webhooks.view_endpoint", "webhooks.change_endpoint")
        grant(Role.AUDITOR, "webhooks.view_endpoint")
