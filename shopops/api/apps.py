from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "shopops.api"
    label = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant
        from shopops.api import schema  # noqa: F401  # drf-spectacular finds its extensions when they are imported
        from shopops.api.effects import KINDS
        from shopops.api.jobs import FORGET
        from shopops.jobs.registry import jobs
        from shopops.notifications.kinds import message_kinds

        for kind in KINDS:
            message_kinds.register(kind)
        jobs.register(FORGET)
        grant(Role.SUPERVISOR, "api.view_apikey", "api.manage_apikey")
        grant(Role.AUDITOR, "api.view_apikey")
