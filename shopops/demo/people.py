"""Colleagues in the demo's shops: people with a limited role, and an invitation that waits."""

from collections.abc import Callable, Mapping

from merchants.models import Member, Merchant
from merchants.services import invitations
from shopops.accounts.models import User
from shopops.demo.cast import COLLEAGUES, INVITED


def seed(merchants: Mapping[str, Merchant], person: Callable[[str, str, str], User]) -> None:
    """Let the colleagues of the cast join, and invite one more in the owner's name. `person` makes an account."""
    for each in COLLEAGUES:
        merchant = merchants[each.shop]
        user = person(each.email, each.person, each.language)
        Member.objects.create(merchant=merchant, user=user, role=each.role, since=merchant.opened_at)
    shop, email, role = INVITED
    owner = Member.objects.get(merchant=merchants[shop], role=Member.PortalRole.OWNER).user
    invitations.invite(merchant=merchants[shop], email=email, role=role, actor=owner)
