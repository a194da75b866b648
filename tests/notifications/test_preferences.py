"""What people choose, and the link that turns e-mails off without signing in."""

import datetime as dt

import pytest
from django.urls import reverse

from shopops.notifications import links
from shopops.notifications.kinds import kinds_by_category
from shopops.notifications.models import Preferences

ADDRESS = "/portal/account/notifications/"


@pytest.fixture
def person(make_user, client):
    user = make_user()
    client.force_login(user)
    return user


def form(**changes):
    """What the page sends when nothing is turned off."""
    on = [f"{category}:{channel}" for category in kinds_by_category() for channel in ("email", "chat")]
    values = {"on": on, "language": "en", "time_zone": "Asia/Shanghai", "quiet_from": "", "quiet_to": ""}
    return {**values, "digest_hour": "", "chat_url": "", **changes}


def test_choices_are_kept_and_shown_again(person, client, bot, make_kind):
    make_kind("test.free", owed=False)
    response = client.post(
        ADDRESS,
        form(
            on=["digests:email"],
            language="zh-hans",
            time_zone="Europe/Berlin",
            quiet_from="22:00",
            quiet_to="07:30",
            digest_hour="8",
            chat_url=bot.url,
        ),
    )
    assert response.status_code == 302
    chosen = Preferences.objects.get(user=person)
    assert (chosen.quiet_from, chosen.quiet_to, chosen.digest_hour) == (dt.time(22), dt.time(7, 30), 8)
    assert "test:email" in chosen.off and "digests:email" not in chosen.off and chosen.chat_url == bot.url
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("zh-hans", "Europe/Berlin")
    shown = client.get(ADDRESS).content.decode()
    assert "22:00" in shown and bot.url in shown
    client.post(ADDRESS, form())
    assert Preferences.objects.get(user=person).off == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quiet_from": "22:00"}, "quiet_to"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"chat_url": "json://127.0.0.1/"}, "chat_url"),
        ({"digest_hour": "24"}, "digest_hour"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(person, client, changes, field):
    response = client.post(ADDRESS, form(**changes))
    assert response.status_code == 200 and response.context["form"].has_error(field)
    assert not Preferences.objects.exists()


def test_the_link_shows_first_and_turns_off_on_post_only(make_user, make_kind, client):
    user, kind = make_user(), make_kind("test.free", owed=False)
    path = "/" + links.unsubscribe(user.pk, kind.code).split("/", 3)[3]
    assert "Turn off e-mails about" in client.get(path).content.decode()
    assert not Preferences.objects.exists()
    assert "These e-mails are off" in client.post(path).content.decode()
    assert Preferences.objects.get(user=user).off == ["test:email"]


def test_what_is_owed_stays_on_and_the_page_says_why(make_user, make_kind, client):
    user, kind = make_user(), make_kind("test.owed")
    path = "/" + links.unsubscribe(user.pk, kind.code).split("/", 3)[3]
    for response in (client.get(path), client.post(path)):
        assert "cannot be turned off" in response.content.decode() and "we owe you" in response.content.decode()
    assert not Preferences.objects.exists()


def test_a_link_that_we_did_not_write_opens_nothing(make_user, make_kind, client):
    make_kind("test.free", owed=False)
    user = make_user()
    token = links.unsubscribe(user.pk, "test.free").rsplit("/", 2)[1]
    assert client.post(reverse("unsubscribe", args=[token[:-2] + "xx"])).status_code == 404
    assert client.post(reverse("unsubscribe", args=["nonsense"])).status_code == 404
    assert not Preferences.objects.exists()
