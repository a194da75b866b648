"""The console's list of applications leads to the workbench only whom the workbench lets in."""

import pytest
from django.urls import reverse

from tests.merchants.factories import submitted


@pytest.mark.parametrize(("role", "is_led_there"), [("reviewer", True), ("auditor", False), ("risk_analyst", False)])
def test_the_way_to_the_workbench_is_shown_to_those_who_may_review(client, applicant, make_user, role, is_led_there):
    application = submitted(applicant)
    client.force_login(make_user("someone", roles=[role]))
    case = reverse("review:case", args=[application.pk])
    assert client.get(case).status_code == (200 if is_led_there else 403)
    for page in (
        reverse("admin:merchants_application_changelist"),
        reverse("admin:merchants_application_change", args=[application.pk]),
    ):
        response = client.get(page)
        assert response.status_code == 200
        assert application.shop_name in response.text
        assert (f'href="{case}"' in response.text) is is_led_there
        assert ("Review it" in response.text) is is_led_there
