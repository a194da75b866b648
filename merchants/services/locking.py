"""What every change of a shop's people does first."""

from merchants.models import Member, Merchant
from merchants.portal import MissingRight
from merchants.portal_roles import Permission
from shopops.accounts.models import User


def lock_people(merchant_id: int) -> Merchant:
    """Let nobody else change the people of this shop until the transaction ends."""
    return Merchant.objects.select_for_update(of=("self",), no_key=True).get(pk=merchant_id)


def manager_of(merchant: Merchant, actor: User) -> Member:
    """The actor's membership with the right to manage people, as it stands now; raises MissingRight without."""
    member = Member.objects.filter(merchant=merchant, user=actor).first()
    if member is None or not member.can(Permission.MEMBERS_MANAGE):
        raise MissingRight(Permission.MEMBERS_MANAGE)
    return member
