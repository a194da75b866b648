"""Contacts apply at once, and the former contact hears of it."""

import pytest
from django.core.exceptions import PermissionDenied

from merchants.changes import services
from merchants.changes.models import ContactChange
from merchants.models import Member
from shopops.fields import digest
from shopops.notifications.models import Delivery
from shopops.signin.holds import Held
from tests.changes.test_requests import hold

pytestmark = pytest.mark.django_db


def test_contacts_apply_at_once_and_the_former_contact_is_told(shop, owner, make_user):
    former = make_user("former", phone="+86 138 0013 8000".replace("+86 ", ""))
    bystander = make_user("bystander", phone="13900139000")
    for user in (former, bystander):
        Member.objects.create(merchant=shop, user=user, role="viewer")
    change = services.apply_contacts(
        merchant=shop, values={"contact_phone": "139 1234 5678", "region": "宁波"}, actor=owner
    )
    shop.refresh_from_db()
    assert shop.contact_phone == "139 1234 5678"
    assert shop.phone_digest == digest("13912345678")
    assert shop.region == "宁波"
    assert change.former_phone == "138 0013 8000"
    told = set(Delivery.objects.filter(message__kind="changes.contacts_changed").values_list("recipient", flat=True))
    assert told == {owner.pk, former.pk}


def test_the_same_again_changes_nothing(shop, owner):
    assert services.apply_contacts(merchant=shop, values={"contact_name": "陈怡雯"}, actor=owner) is None
    assert not ContactChange.objects.exists()


def test_the_phone_is_held_after_an_unusual_sign_in_and_the_region_is_not(shop, owner):
    hold(owner)
    with pytest.raises(Held):
        services.apply_contacts(merchant=shop, values={"contact_phone": "13912345678"}, actor=owner)
    shop.refresh_from_db()
    assert shop.contact_phone == "138 0013 8000"
    assert services.apply_contacts(merchant=shop, values={"region": "宁波"}, actor=owner)


def test_strangers_change_nothing(shop, make_user):
    with pytest.raises(PermissionDenied):
        services.apply_contacts(merchant=shop, values={"region": "宁波"}, actor=make_user("stranger"))
