from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    """The one engine for whatever a person must look at."""

    name = "shopops.work"
    label = "work"
    verbose_name = _("Work")

    def ready(self) -> None:
        from shopops.accounts.roles import Role, grant, grant_view

        grant_view("work.view_workitem")  # of the queues that one's other permissions open
        grant(Role.SUPERVISOR, "work.assign_workitem", "work.view_agreement")
        grant(Role.AUDITOR, "work.view_agreement")
