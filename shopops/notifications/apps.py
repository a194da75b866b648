from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "shopops.notifications"
    label = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant
        from shopops.jobs.registry import Job, jobs
        from shopops.notifications.digest import CATCH_UP, DAILY, send_digests
        from shopops.notifications.fallback import reach_further
        from shopops.notifications.kinds import Category, MessageKind, categories, message_kinds

        categories.register(Category("digests", _("Digests")))
        message_kinds.register(MessageKind(DAILY, _("Daily digest"), owed=False, category="digests"))
        message_kinds.register(MessageKind(CATCH_UP, _("What you missed"), "caution", category="digests"))
        jobs.register(Job("send_digests", _("Send daily digests"), send_digests))
        jobs.register(Job("reach_further", _("Reach people by their next channel"), reach_further))
        for role in (Role.ANNOUNCER, Role.SUPERVISOR):
            grant(
                role,
                "notifications.view_message",
                "notifications.view_delivery",
                "notifications.retry_delivery",
            )
