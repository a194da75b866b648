from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    name = "shopops.clocks"
    label = "clocks"
    verbose_name = _("Clocks")

    def ready(self) -> None:
        """After every migrate the database has the clock functions and a calendar to count with."""
        from shopops.clocks.database import prepare

        post_migrate.connect(prepare, sender=self, dispatch_uid="clocks.prepare")
