"""What no browser sends by itself: NUL characters, which PostgreSQL stores nowhere, and ways back to no page."""

from typing import Any

import pytest
from django.db import DataError
from django.test import Client
from django.urls import reverse

from shopops.bodies import is_nul

pytestmark = pytest.mark.django_db


def test_a_value_that_a_view_takes_as_it_is_answers_400_and_keeps_nothing(client: Client, make_user: Any) -> None:
    client.force_login(make_user("zhou", roles=["supervisor"]))
    page = reverse("admin:merchants_merchant_export")

    answer = client.post(page, {"in_full": "on", "reason": "audit\0"}, HTTP_ACCEPT_LANGUAGE="en")

    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["nowhere", "a\0", "//elsewhere.example/", ""])
@pytest.mark.parametrize("page", ["work:release_mine", "saved_views:save"])
def test_a_way_back_to_no_page_of_ours_leads_to_one(client: Client, make_user: Any, page: str, wanted: str) -> None:
    client.force_login(make_user("zhou", roles=["supervisor"]))
    answer = client.post(reverse(page), {"next": wanted})
    assert answer.status_code == 302 and answer["Location"].startswith("/admin/")


def test_other_wrong_values_are_failures_as_before() -> None:
    assert is_nul(DataError("unsupported Unicode escape sequence\nDETAIL:  \\u0000 cannot be converted to text."))
    assert not is_nul(ValueError("invalid literal for int()"))
    assert not is_nul(DataError("value too long for type character varying(20)"))
