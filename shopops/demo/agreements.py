"""What the demo's shops signed: everything but, for one shop, the newest text, so that its owner is asked."""

from collections.abc import Iterable

from merchants import agreements
from merchants.models import AgreementSigning, Member


def seed(*, waiting: Iterable[int]) -> None:
    """Sign all agreements in force for every shop with an owner; those in `waiting` still have the last one to sign."""
    late = set(waiting)
    in_force = agreements.in_force()
    owners = (
        Member.objects.filter(role=Member.PortalRole.OWNER).select_related("merchant", "user").order_by("merchant_id")
    )
    first = {each.merchant_id: each for each in owners}
    AgreementSigning.objects.bulk_create(
        AgreementSigning(
            version=version.version,
            merchant=member.merchant,
            signed_by=member.user,
            language=member.user.language or "zh-hans",
            network="203.0.113.0/24",
            text_hash=version.text_hash(member.user.language or "zh-hans"),
        )
        for member in first.values()
        for version in in_force
        if version.binds(member.merchant.shop_type) and not (member.merchant_id in late and version is in_force[-1])
    )
