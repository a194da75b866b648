"""Whom the platform tells of changes of its rules: the owners of every shop that the rules still bind."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models import Member, Merchant
from merchants.portal_roles import PortalRole
from shopops.policies.kinds import NoticeAudience


def owners() -> "models.QuerySet[Any, tuple[int, int | None]]":
    """The owners of all shops that are not closed; suspended ones will come back under the new rules."""
    return (
        Member.objects.filter(role=PortalRole.OWNER)
        .exclude(merchant__state=Merchant.State.CLOSED)
        .order_by()
        .values_list("user_id", "merchant_id")
    )


AUDIENCE = NoticeAudience("merchants", _("Owners of shops"), owners)
