"""The words a warning is sorted by: what it is about, how hard it will hit, why it arose."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Type(models.TextChoices):
    """What a warning is about (the four types of the Kuaishou warning centre)."""

    SHOP = "shop", pgettext_lazy("type of warning", "Shop")
    PRODUCT = "product", pgettext_lazy("type of warning", "Product")
    ORDER = "order", pgettext_lazy("type of warning", "Orders")
    BEHAVIOUR = "behaviour", pgettext_lazy("type of warning", "Behaviour")


class Intensity(models.IntegerChoices):
    """How severe the penalty would be; drawn as one to three bars."""

    WEAK = 1, _("Weak")
    MEDIUM = 2, _("Medium")
    STRONG = 3, _("Strong")


class Cause(models.TextChoices):
    """Why warnings arise (the five causes of the warning guide)."""

    PRODUCT_VIOLATION = "product_violation", _("Product violation")
    TRADE_ANOMALY = "trade_anomaly", _("Trade anomaly")
    LOGISTICS = "logistics", _("Logistics")
    SERVICE_ATTITUDE = "service_attitude", _("Service attitude")
    QUALIFICATION = "qualification", _("Qualification")


class Unit(models.TextChoices):
    """How a figure is said."""

    PERCENT = "percent", _("Percent")
    STARS = "stars", _("Stars")
    DAYS = "days", _("Days")
