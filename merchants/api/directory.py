"""The shops and their people, as the API asks for them."""

from collections.abc import Iterable

from merchants.models import Member, Merchant
from merchants.portal import owners_and_staff, shops_where
from shopops.accounts.models import User


class ShopDirectory:
    """Implements shopops.api.directory.Directory."""

    def shops(self, user: User, right: str) -> Iterable[int]:
        """One query by the member's index."""
        if right:
            return shops_where(user, right).values_list("pk", flat=True)
        return Member.objects.filter(user_id=user.pk).values_list("merchant_id", flat=True)

    def people(self, merchant_id: int, right: str) -> Iterable[User]:
        return owners_and_staff(merchant_id, right)

    def name(self, merchant_id: int) -> str:
        return Merchant.objects.values_list("shop_name", flat=True).get(pk=merchant_id)
