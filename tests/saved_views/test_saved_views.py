"""Saved views: one's own and those of one's roles, only as filters of a page one may open."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from merchants.models import Merchant
from shopops.policies.services import load_packs
from shopops.saved_views import pages, services
from shopops.saved_views.models import QUERY, DefaultView, SavedView
from shopops.saved_views.pages import Page
from shopops.saved_views.queries import clean, same

LIST = "list:merchants.merchant"


@pytest.fixture
def listing():
    return reverse("admin:merchants_merchant_changelist")


@pytest.fixture
def lin(make_user):
    return make_user("lin", roles=["reviewer"])


@pytest.fixture
def zhou(make_user):
    return make_user("zhou", roles=["reviewer"])


def save(client, listing, **more):
    fields = {"page": LIST, "name": "Food", "query": "category=food", "next": listing, **more}
    return client.post(reverse("saved_views:save"), fields)


def test_filters_are_kept_under_a_name_and_stand_above_the_list(client, listing, lin):
    client.force_login(lin)
    assert "Save these filters" in client.get(listing, {"category": "food"}).text
    assert save(client, listing).url == listing
    text = client.get(listing + "?q=").text
    assert 'href="?category=food"' in text and "Food" in text
    assert 'href="?category=food" aria-current="true"' in client.get(listing, {"category": "food"}).text


def test_a_view_is_its_owners_unless_it_is_shared_with_a_role(client, listing, lin, zhou, make_user):
    own = services.save_view(owner=lin, page=LIST, name="Mine", query="category=food")
    services.save_view(owner=lin, page=LIST, name="Ours", query="category=toys", shared_with="reviewer")
    client.force_login(zhou)
    text = client.get(listing + "?q=").text
    assert "Ours" in text and "Mine" not in text
    client.force_login(make_user("agent", roles=["complaint_agent"]))
    assert "Ours" not in client.get(listing + "?q=").text
    for verb in ("delete", "open", "change"):
        client.post(reverse("saved_views:act", args=[own.pk]), {"verb": verb, "name": "X"})
    assert set(SavedView.objects.values_list("name", flat=True)) == {"Mine", "Ours"}
    assert not DefaultView.objects.exists()


def test_who_sees_a_shared_view_can_open_with_it_but_not_change_it(client, lin, zhou):
    shared = services.save_view(owner=lin, page=LIST, name="Ours", query="category=toys", shared_with="reviewer")
    client.force_login(zhou)
    act = reverse("saved_views:act", args=[shared.pk])
    client.post(act, {"verb": "delete"})
    client.post(act, {"verb": "change", "name": "Theirs", "shared_with": ""})
    shared.refresh_from_db()
    assert (shared.name, shared.shared_with) == ("Ours", "reviewer")
    client.post(act, {"verb": "open"})
    assert DefaultView.objects.get(user=zhou).view == shared


def test_a_list_opens_with_the_default_view_until_its_filters_are_taken_away(client, listing, lin):
    client.force_login(lin)
    save(client, listing, opens="on")
    assert client.get(listing).url == f"{listing}?category=food"
    assert client.get(listing + "?q=").status_code == 200
    assert client.get(listing, headers={"referer": f"http://testserver{listing}?category=food"}).status_code == 200
    view = SavedView.objects.get()
    client.post(reverse("saved_views:act", args=[view.pk]), {"verb": "plain"})
    assert client.get(listing).status_code == 200


def test_a_default_that_is_no_longer_shared_does_not_count(client, listing, lin, zhou):
    shared = services.save_view(owner=lin, page=LIST, name="Ours", query="category=toys", shared_with="reviewer")
    services.open_with(user=zhou, view=shared)
    services.change_view(view=shared, actor=lin, name="Ours", shared_with="")
    client.force_login(zhou)
    assert client.get(listing).status_code == 200


def test_one_shares_with_ones_own_roles_only_unless_one_may_with_all(lin, make_user):
    with pytest.raises(services.NotSaved):
        services.save_view(owner=lin, page=LIST, name="A", query="x=1", shared_with="announcer")
    supervisor = make_user("su", roles=["supervisor"])
    assert services.save_view(owner=supervisor, page=LIST, name="A", query="x=1", shared_with="announcer").pk
    with pytest.raises(services.NotSaved):
        services.save_view(owner=supervisor, page=LIST, name="B", query="x=1", shared_with="nobody")


def test_nobody_saves_for_a_page_that_is_closed_to_them(client, lin, make_user):
    client.force_login(lin)
    for page in ("list:audit.entry", "list:no.model", "list:", "no.page", "list:sessions.session"):
        save(client, "/admin/", page=page)
    client.force_login(make_user("person"))
    assert save(client, "/admin/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_page_of_our_own_is_open_by_its_permission(rf, lin, make_user, monkeypatch):
    registry = type(pages.pages)("page")
    registry.register(Page("review.queue", "Review", "merchants.review_application"))
    monkeypatch.setattr(pages, "pages", registry)
    request = rf.get("/")
    request.user = lin
    assert pages.may_open(request, "review.queue")
    request.user = make_user("ann", roles=["announcer"])
    assert not pages.may_open(request, "review.queue")


@pytest.fixture
def review(db):
    load_packs()
    return reverse("review:queue")


def test_the_review_list_keeps_views_and_opens_with_one(client, review, lin, zhou):
    client.force_login(lin)
    assert "Saved views" not in client.get(review).text
    narrow = {"risk": "3", "category": "food", "q": ""}
    assert "Save these filters" in client.get(review, narrow).text
    answer = save(
        client, review, page="review.queue", query="q=&risk=3&category=food", shared_with="reviewer", opens="on"
    )
    assert answer.url == review
    assert client.get(review).url == f"{review}?risk=3&category=food"
    assert 'href="?risk=3&amp;category=food" aria-current="true"' in client.get(review, narrow).text
    assert client.get(review, headers={"referer": f"http://testserver{review}?risk=3"}).status_code == 200
    client.force_login(zhou)
    assert "Food" in client.get(review).text  # shared, and everybody's own list opens as they chose


def test_views_of_the_review_list_are_closed_to_who_does_not_review(client, review, lin, make_user):
    view = services.save_view(owner=lin, page="review.queue", name="Food", query="risk=3", shared_with="reviewer")
    client.force_login(make_user("clerk", roles=["logistics_desk"]))
    assert client.get(review).status_code == 403
    client.post(reverse("saved_views:act", args=[view.pk]), {"verb": "open"})
    save(client, review, page="review.queue")
    assert SavedView.objects.count() == 1 and not DefaultView.objects.exists()


def test_saving_leads_back_to_our_own_pages_only(client, listing, lin):
    client.force_login(lin)
    assert save(client, listing, next="https://evil.example/").url == reverse("admin:index")


def test_the_same_name_replaces_and_another_name_that_exists_is_refused(lin):
    first = services.save_view(owner=lin, page=LIST, name=" Food ", query="category=food")
    again = services.save_view(owner=lin, page=LIST, name="Food", query="category=toys")
    other = services.save_view(owner=lin, page=LIST, name="Toys", query="")
    assert first.pk == again.pk and again.query == "category=toys"
    with pytest.raises(services.NotSaved):
        services.change_view(view=other, actor=lin, name="Food", shared_with="")


def test_names_and_numbers_have_bounds(lin):
    for name in ("", "  ", "x" * 61):
        with pytest.raises(services.NotSaved):
            services.save_view(owner=lin, page=LIST, name=name, query="a=1")
    with pytest.raises(services.NotSaved):
        services.save_view(owner=lin, page=LIST, name="Long", query="a=" + "x" * 2000)
    for number in range(services.MOST):
        services.save_view(owner=lin, page=LIST, name=f"V{number}", query="a=1")
    with pytest.raises(services.NotSaved):
        services.save_view(owner=lin, page=LIST, name="One more", query="a=1")


@given(st.text(max_size=200))
def test_whatever_is_saved_is_the_query_of_an_address_and_nothing_else(text):
    import re

    kept = clean(text)
    assert re.fullmatch(QUERY, kept)
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("?category=food&p=3&cursor=x&_popup=1", "category=food"),
        ("https://evil.example/?a=1", "https%3A%2F%2Fevil.example%2F%3Fa=1"),
        ("//evil.example", ""),
        ("state=open&state=closed&q=", "state=open&state=closed"),
        ("a=1#x", "a=1"),
        ("q=%00云", "q=%E4%BA%91"),
    ],
)
def test_places_in_the_list_and_foreign_addresses_do_not_stay(given, kept):
    assert clean(given) == kept


def test_the_order_of_filters_does_not_matter():
    assert same("a=1&b=2", "b=2&a=1") and not same("a=1", "a=2")


def test_the_database_keeps_no_address(lin):
    for query in ("https://evil.example/", "//x", "?a=1", "a=<b>"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(owner=lin, page=LIST, name="x", query=query)


def test_the_list_still_lists_what_the_view_asks_for(client, listing, lin):
    Merchant.objects.create(shop_name="Teehaus", category="food")
    Merchant.objects.create(shop_name="Spielhaus", category="toys")
    view = services.save_view(owner=lin, page=LIST, name="Food", query="category__exact=food")
    client.force_login(lin)
    text = client.get(f"{listing}?{view.query}").text
    assert "Teehaus" in text and "Spielhaus" not in text
