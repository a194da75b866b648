"""The shop's own history: what concerns it, what its role may see, and nothing of another shop."""

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.file import services
from merchants.models import Member
from shopops.policies.services import load_packs


@pytest.fixture
def listing(db):
    load_packs()
    return reverse("shop_history")


def complain(merchant, reference):
    from complaints.services import file_complaint

    return file_complaint(
        merchant=merchant, order_reference=reference, kind="quality", text="Broken", buyer_name="B", buyer_contact="C"
    )


def test_a_shop_reads_its_own_history_without_contacts_and_operators_names(
    client, listing, merchant, owner, supervisor
):
    services.record_visit(merchant=merchant, by=supervisor, kind="call", at=timezone.now(), purpose="Internal talk")
    complain(merchant, "R-own")
    merchant.brand = "Neu"
    merchant.save()
    client.force_login(owner)
    text = client.get(listing).text
    assert "Shop opened" in text and "R-own" in text and "Changed: brand" in text
    assert "Internal talk" not in text and supervisor.name not in text and "/admin/" not in text


def test_nothing_of_another_shop_is_shown(client, listing, merchant, rival, owner):
    complain(rival, "R-rival")
    rival.brand = "Rivalbrand"
    rival.save()
    client.force_login(owner)
    text = client.get(listing, {"merchant": rival.pk, "shop": rival.pk}).text
    assert "R-rival" not in text and "Rivalbrand" not in text


def test_the_role_decides_which_sources_there_are(client, listing, merchant, make_user):
    complain(merchant, "R-own")
    merchant.brand = "Neu"
    merchant.save()
    fulfilment = make_user("packer")
    Member.objects.create(merchant=merchant, user=fulfilment, role="fulfilment")
    client.force_login(fulfilment)
    text = client.get(listing, {"source": ["complaints", "data"]}).text
    assert "R-own" not in text and "Changed: brand" not in text


def test_people_without_a_shop_and_strangers_are_sent_away(client, listing, make_user):
    assert client.get(listing).status_code == 302
    client.force_login(make_user("nobody"))
    assert client.get(listing).url == reverse("merchants:applications")


class TestApi:
    @pytest.fixture
    def url(self, merchant):
        return f"/api/v1/merchants/{merchant.pk}/timeline/"

    def test_members_read_what_the_page_shows_and_strangers_find_nothing(
        self, client, listing, url, merchant, rival, owner, make_user
    ):
        complain(merchant, "R-own")
        client.force_login(owner)
        found = client.get(url).json()
        assert {"complaints", "onboarding"} <= {each["source"] for each in found["results"]}
        assert client.get(f"/api/v1/merchants/{rival.pk}/timeline/").status_code == 404
        stranger = make_user("stranger")
        Member.objects.create(merchant=rival, user=stranger)
        client.force_login(stranger)
        assert client.get(url).status_code == 404
        client.logout()
        assert client.get(url).status_code in (401, 403)

    def test_pages_follow_by_their_link(self, client, listing, url, merchant, owner, monkeypatch):
        from merchants.file import timeline

        for number in range(3):
            complain(merchant, f"R{number}")
        monkeypatch.setattr(timeline.page, "__kwdefaults__", {**timeline.page.__kwdefaults__, "size": 2})
        client.force_login(owner)
        first = client.get(url).json()
        assert len(first["results"]) == 2
        second = client.get(first["next"]).json()
        assert second["results"] and second["results"][0] not in first["results"]

    @pytest.mark.parametrize("query", ["cursor=x", "since=99", "until=2026-02-31", "source=visits", "foo=1"])
    def test_what_it_does_not_take_is_refused_by_its_name(self, client, listing, url, owner, query):
        client.force_login(owner)
        response = client.get(f"{url}?{query}")
        assert response.status_code == 400
        assert query.partition("=")[0] in response.text

    def test_a_key_reads_only_what_its_other_scopes_cover(self, client, listing, url, merchant, owner):
        from shopops.api.services import create_key

        complain(merchant, "R-own")
        narrow = create_key(name="N", scopes=["timeline:read"], actor=owner, merchant_id=merchant.pk)[1]
        wide = create_key(name="W", scopes=["timeline:read", "complaints:read"], actor=owner, merchant_id=merchant.pk)[
            1
        ]
        ask = lambda token: client.get(url, headers={"authorization": f"Bearer {token}"}).json()["results"]  # noqa: E731
        assert "complaints" not in {each["source"] for each in ask(narrow)}
        assert "complaints" in {each["source"] for each in ask(wide)}

    def test_operators_record_contacts_and_shops_do_not_see_them(self, client, listing, merchant, owner, supervisor):
        sent = {
            "merchant": merchant.pk, "kind": "call", "at": timezone.now().isoformat(), "purpose": "Talk",
            "follow_up": "Ask", "follow_up_due": timezone.localdate().isoformat(),
        }  # fmt: skip
        client.force_login(owner)
        assert client.post("/api/v1/visits/", sent, content_type="application/json").status_code == 403
        assert client.get("/api/v1/visits/").status_code == 403
        client.force_login(supervisor)
        made = client.post("/api/v1/visits/", sent, content_type="application/json")
        assert made.status_code == 201 and made.json()["by"] == str(supervisor)
        assert client.get(made["Location"]).json()["purpose"] == "Talk"
        assert [each["id"] for each in client.get("/api/v1/visits/", {"merchant": merchant.pk}).json()["results"]]
        without_day = {name: value for name, value in sent.items() if name != "follow_up_due"}
        refused = client.post("/api/v1/visits/", without_day, content_type="application/json")
        assert refused.status_code in (400, 422) and "follow_up_due" in refused.text
