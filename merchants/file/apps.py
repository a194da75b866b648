from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FileConfig(AppConfig):
    name = "merchants.file"
    label = "merchant_file"
    verbose_name = _("Merchant files")
