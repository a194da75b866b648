"""Signing up."""

import pytest

from shopops.accounts.models import User

FORM = {"name": "陈怡雯", "password1": "correct-horse-7"}


def test_somebody_signs_up_and_is_signed_in(client, db):
    assert client.post("/accounts/signup/", FORM | {"email": "chen@example.com"}).status_code == 302
    user = User.objects.get()
    assert (user.name, user.email, user.is_staff) == ("陈怡雯", "chen@example.com", False)


@pytest.mark.parametrize("email", ["a@" + "电" * 58 + ".com", "a@b..com", "a", "a@-.x y"])
def test_an_address_without_a_possible_mailbox_is_refused_and_nobody_is_stored(client, db, email):
    answer = client.post("/accounts/signup/", FORM | {"email": email})
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_an_international_domain_is_welcome(client, db):
    assert client.post("/accounts/signup/", FORM | {"email": "chen@例子.com"}).status_code == 302
