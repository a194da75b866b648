from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "merchants.registers"
    label = "registers"
    verbose_name = _("Public registers")

    def ready(self) -> None:
        from merchants.registers.jobs import ASK_REGISTERS
        from shopops.jobs.registry import jobs

        jobs.register(ASK_REGISTERS)
