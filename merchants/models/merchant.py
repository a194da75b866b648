"""A shop on the marketplace."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from merchants.models import merchant_effects
from shopops.audit.history import track_changes
from shopops.fields import DigestField, EncryptedTextField
from shopops.transitions.handler import Effect


class ShopType(models.TextChoices):
    """The types that Chinese marketplaces tell apart."""

    FLAGSHIP = "flagship", _("Flagship shop")
    EXCLUSIVE = "exclusive", _("Exclusive shop")
    MULTI_BRAND = "multi_brand", _("Multi-brand shop")
    SOLE_TRADER = "sole_trader", _("Sole trader")
    INDIVIDUAL = "individual", _("Individual")


class Category(models.TextChoices):
    """Main category of a shop; some need permits (policy document_checklist)."""

    HOME = "home", _("Home and living")
    FOOD = "food", _("Food")
    HEALTH_FOOD = "health_food", _("Health food")
    COSMETICS = "cosmetics", _("Cosmetics")
    CLOTHING = "clothing", _("Clothing")
    ELECTRONICS = "electronics", _("Electronics")
    TOYS = "toys", _("Toys")
    SPORTS = "sports", _("Sports and outdoor")
    BOOKS = "books", _("Books")
    JEWELLERY = "jewellery", _("Jewellery")
    MEDICAL = "medical", _("Medical devices")
    OTHER = "other", _("Other")


@track_changes()
class Merchant(FSMModelMixin, models.Model):
    """A shop that was let in. Facts, scores, warnings all hang on it.

    active ⇄ suspended; both → exiting → closed, or back to what it was when the exit is called off. Suspending and
    restoring is `merchants.services.standing`, leaving `merchants.exits`.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("shop state", "Active")
        SUSPENDED = "suspended", pgettext_lazy("shop state", "Suspended")
        EXITING = "exiting", pgettext_lazy("shop state", "Exiting")
        CLOSED = "closed", pgettext_lazy("shop state", "Closed")

    external_id = models.CharField(
        _("external id"), max_length=64, null=True, blank=True, unique=True, help_text=_("The marketplace's own id.")
    )
    shop_name = models.CharField(_("shop name"), max_length=100)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    uscc = models.CharField(
        _("credit code"),
        max_length=18,
        blank=True,
        db_index=True,
        help_text=_("Unified social credit code, 18 characters."),
    )
    shop_type = models.CharField(_("shop type"), max_length=20, choices=ShopType.choices, default=ShopType.MULTI_BRAND)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, default=Category.OTHER)
    region = models.CharField(_("region"), max_length=50, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    scope = models.TextField(_("business scope"), max_length=5000, blank=True)
    legal_form = models.CharField(_("type on the licence"), max_length=60, blank=True)
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    registered_capital = models.CharField(
        _("registered capital"), max_length=60, blank=True, help_text=_("As the licence prints it.")
    )
    established_on = models.DateField(_("established"), null=True, blank=True)
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.ACTIVE, protected=True)
    contact_name = EncryptedTextField(_("contact"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    phone_digest = DigestField(of="contact_phone")
    legal_person = EncryptedTextField(_("legal person"), blank=True)
    id_number = EncryptedTextField(_("ID number of the legal person"), blank=True)
    id_digest = DigestField(of="id_number")
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True)
    bank_digest = DigestField(of="bank_account")
    channel = models.CharField(_("channel"), max_length=40, blank=True, help_text=_("How the merchant came to us."))
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    verified_at = models.DateTimeField(
        _("verified"), default=timezone.now, help_text=_("When identity, address and documents were last confirmed.")
    )
    opened_at = models.DateTimeField(pgettext_lazy("shop", "opened"), default=timezone.now)

    EFFECTS: ClassVar[dict[str, Effect]] = merchant_effects.MERCHANT

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        ordering = ("id",)
        permissions: ClassVar = [
            ("suspend_merchant", _("Can suspend and restore shops")),
            ("import_merchant", _("Can bring in shops by a file")),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["legal_name"], opclasses=["gin_trgm_ops"], name="merchants_name_alike"),
            GinIndex(fields=["shop_name"], opclasses=["gin_trgm_ops"], name="merchants_shop_alike"),
        ]

    def __str__(self) -> str:
        return self.shop_name

    @property
    def merchant_id(self) -> int:
        """Its own id: audit and messages ask every object for it."""
        return self.pk

    @property
    def is_closed(self) -> bool:
        """Whether the shop is gone; its people keep reading what is theirs."""
        return self.state == self.State.CLOSED

    @transition(field=state, source=State.ACTIVE, target=State.SUSPENDED)
    def suspend(self) -> None:
        """The platform stops the shop's business for a time."""

    @transition(field=state, source=State.SUSPENDED, target=State.ACTIVE)
    def restore(self) -> None:
        """The platform lifts the suspension."""

    @transition(field=state, source=[State.ACTIVE, State.SUSPENDED], target=State.EXITING)
    def begin_exit(self) -> None:
        """The shop leaves: no new business from now on."""

    @transition(field=state, source=State.EXITING, target=State.ACTIVE)
    def cancel_exit(self) -> None:
        """The exit was called off."""

    @transition(field=state, source=State.EXITING, target=State.SUSPENDED)
    def stay_suspended(self) -> None:
        """The exit of a suspended shop was called off; the suspension goes on."""

    @transition(field=state, source=State.EXITING, target=State.CLOSED)
    def close(self) -> None:
        """The exit is complete."""
