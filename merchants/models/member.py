"""The people who run a shop."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants import portal_roles
from merchants.models import member_effects
from merchants.models.merchant import Merchant
from shopops.audit.history import track_changes
from shopops.transitions.handler import Effect

#: Checked when the transaction ends, so that ownership may change hands inside it. The lock makes two transactions that
#: each take one of two owners away wait for each other; deleting the shop with its people is allowed.
OWNER_STAYS = pgtrigger.Trigger(
    name="owner_stays",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Delete | pgtrigger.UpdateOf("role", "merchant_id"),
    condition=pgtrigger.Condition("OLD.role = 'owner'"),
    timing=pgtrigger.Deferred,
    func="""
        PERFORM 1 FROM merchants_merchant WHERE id = OLD.merchant_id FOR UPDATE;
        IF FOUND AND NOT EXISTS (
            SELECT 1 FROM merchants_member WHERE merchant_id = OLD.merchant_id AND role = 'owner'
        ) THEN
            RAISE EXCEPTION 'shop % would be left without an owner', OLD.merchant_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'merchants_owner_stays';
        END IF;
        RETURN NULL;
    """,
)


@track_changes()
class Member(models.Model):
    """A person of a merchant, with a role in the portal. A shop always keeps an owner (trigger `owner_stays`)."""

    PortalRole = portal_roles.PortalRole
    EFFECTS: ClassVar[dict[str, Effect]] = member_effects.MEMBER

    merchant = models.ForeignKey(Merchant, models.CASCADE, verbose_name=_("merchant"), related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("user"), related_name="memberships"
    )
    role = models.CharField(
        _("role"), max_length=12, choices=portal_roles.PortalRole.choices, default=portal_roles.PortalRole.OWNER
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints: ClassVar = [models.UniqueConstraint(fields=["merchant", "user"], name="merchants_member_once")]
        triggers: ClassVar = [OWNER_STAYS]

    def __str__(self) -> str:
        return f"{self.user} · {self.merchant}"

    @property
    def state(self) -> str:
        """What the audit log keeps of a member: the role."""
        return self.role

    @property
    def permissions(self) -> frozenset[str]:
        """What this person may do in this shop; only read when it is closed."""
        return portal_roles.permissions_of(self.role, closed=self.merchant.is_closed)

    def can(self, permission: str) -> bool:
        """Whether this person has a right in this shop. Raises ValueError for one that does not exist."""
        return portal_roles.known_permission(permission) in self.permissions

    @property
    def pk_text(self) -> str:
        """Its number as text, for ids in pages."""
        return str(self.pk)

    @property
    def is_owner(self) -> bool:
        """Whether the shop is this person's own."""
        return self.role == portal_roles.PortalRole.OWNER
