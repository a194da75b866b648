"""Where outside reviewers land."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

PASSWORD = "three-quiet-lamps-77"

pytestmark = pytest.mark.django_db


def test_an_outside_reviewer_lands_on_the_one_page_there_is_for_them(client: Client, make_user: Any) -> None:
    user = make_user("qiu", roles=["external_reviewer"], is_staff=False)
    user.set_password(PASSWORD)
    user.save()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("outside:home")
