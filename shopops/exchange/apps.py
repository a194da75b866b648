from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "shopops.exchange"
    label = "exchange"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from shopops.exchange.jobs import LAND_IMPORTS
        from shopops.jobs.registry import jobs

        jobs.register(LAND_IMPORTS)
