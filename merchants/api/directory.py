"""The shops and their people, as the API asks for them."""

from collections.abc import Iterable

from merchants.models import Member, Merchant
from merchants.portal import owners_and_staff
from merchants.portal_roles import roles_with
from shopops.accounts.models import User


class ShopDirectory:
    """Implements shopops.api.directory.Directory."""

    def shops(self, user: User, right: str) -> Iterable[int]:
        """One query by the member's index."""
        mine = Member.objects.filter(user_id=user.pk)
        return (mine.filter(role__in=roles_with(right)) if right else mine).values_list("merchant_id", flat=True)

    def people(self, merchant_id: int, right: str) -> Iterable[User]:
        return owners_and_staff(merchant_id, right)

    def name(self, merchant_id: int) -> str:
        return Merchant.objects.values_list("shop_name", flat=True).get(pk=merchant_id)
