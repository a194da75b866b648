"""The log of sign-ins: what is written, masked, and followed by a hold and a message."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from shopops import network
from shopops.audit.models import Entry
from shopops.jobs.services import run_job
from shopops.notifications.models import Message
from shopops.signin import device
from shopops.signin.models import Hold, SignIn
from shopops.signin.places import FileProvider, Place
from tests.signin.conftest import CHROME, sign_in, with_totp, wrong_code


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1 Version/17.0 Safari/605", "Safari · macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0", "WeChat · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36 EdgA/140.0", "Edge · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_by_itself_and_its_system(agent, words):
    assert device.describe(agent) == words


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_an_address_is_kept_as_its_network_only(address, masked):
    assert network.masked(address) == masked


def test_behind_a_proxy_the_last_address_that_it_added_counts(rf, settings):
    settings.TRUSTED_PROXIES = 1
    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9", REMOTE_ADDR="10.0.0.1")
    assert network.address_of(request) == "203.0.113.9"
    settings.TRUSTED_PROXIES = 0
    assert network.address_of(request) == "10.0.0.1"  # anybody can write that header


def test_success_and_failure_are_logged_without_the_whole_address(browser_of, make_user):
    user, client = make_user("chen"), browser_of("203.0.113.7")
    sign_in(client, user, "wrong")
    sign_in(client, user)
    failed, succeeded = SignIn.objects.order_by("at")
    assert (failed.outcome, failed.user, failed.device_id) == ("wrong_password", user, "")
    assert (succeeded.outcome, succeeded.method, succeeded.device) == ("succeeded", "password", "Chrome · Windows")
    assert succeeded.network == "203.0.113.0/24"
    assert succeeded.session and succeeded.session != client.session.session_key
    assert client.cookies[device.COOKIE]["httponly"]
    assert client.cookies[device.COOKIE]["samesite"] == "Lax"


def test_who_tries_an_unknown_address_is_logged_by_what_was_typed(browser_of, db):
    browser_of().post("/accounts/login/", {"login": "Nobody@example.com", "password": "x"})
    attempt = SignIn.objects.get()
    assert (attempt.user, attempt.email, attempt.outcome) == (None, "nobody@example.com", "wrong_password")


def test_a_wrong_second_factor_is_its_own_outcome(browser_of, make_user):
    user, client = make_user("chen"), browser_of()
    secret = with_totp(user)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": wrong_code(secret)})
    assert [row.outcome for row in SignIn.objects.all()] == ["wrong_second_factor"]


def test_a_browser_is_known_again_by_its_cookie_and_a_forged_cookie_is_not(browser_of, make_user):
    user, client = make_user("chen"), browser_of()
    sign_in(client, user)
    client.post("/accounts/logout/")
    sign_in(client, user)
    assert SignIn.objects.values("device_id").distinct().count() == 1
    forger = browser_of()
    forger.cookies[device.COOKIE] = SignIn.objects.first().device_id + ":forged"
    sign_in(forger, user)
    assert SignIn.objects.values("device_id").distinct().count() == 2


def test_a_new_device_in_a_new_network_is_held_told_and_on_record(browser_of, make_user):
    user = make_user("chen", language="zh-hans")
    sign_in(browser_of("203.0.113.7"), user)
    assert not Hold.objects.exists()
    sign_in(browser_of("198.51.100.7"), user)
    hold = Hold.objects.get()
    assert hold.until - hold.since == dt.timedelta(hours=24)
    assert hold.sign_in.reasons == ["new_device_and_network"]
    assert Entry.objects.get(action="signin.hold.placed").after["network"] == "198.51.100.0/24"
    message = Message.objects.get(kind="signin.suspicious")
    assert [delivery.recipient for delivery in message.deliveries.filter(channel="email")] == [user]
    assert message.url == "/accounts/security/"


def test_the_same_device_elsewhere_is_no_reason(browser_of, make_user):
    user, client = make_user("chen"), browser_of("203.0.113.7")
    sign_in(client, user)
    client.post("/accounts/logout/")
    sign_in(client, user, REMOTE_ADDR="198.51.100.7")
    assert not Hold.objects.exists()


def test_a_recorded_table_of_networks_finds_an_impossible_journey(browser_of, make_user, settings, tmp_path):
    table = tmp_path / "places.toml"
    table.write_text(
        '[[network]]\nprefix = "203.0.113.0/24"\nzone = "Asia/Shanghai"\nplace = "杭州"\n'
        '[[network]]\nprefix = "198.51.100.0/24"\nzone = "America/New_York"\n'
    )
    settings.NETWORK_PLACES = str(table)
    user, client = make_user("chen"), browser_of("203.0.113.7")
    sign_in(client, user)
    client.post("/accounts/logout/")
    sign_in(client, user, REMOTE_ADDR="198.51.100.7")
    latest, first = SignIn.objects.all()
    assert (first.zone, first.place) == ("Asia/Shanghai", "杭州")
    assert latest.reasons == ["impossible_travel"]


def test_the_longest_prefix_wins(tmp_path):
    table = tmp_path / "places.toml"
    table.write_text(
        '[[network]]\nprefix = "203.0.0.0/8"\nzone = "Asia/Tokyo"\n'
        '[[network]]\nprefix = "203.0.113.0/24"\nzone = "Asia/Shanghai"\n'
        '[[network]]\nprefix = "2001:db8::/32"\nzone = "Europe/Berlin"\n'.replace("203.0.0.0/8", "203.0.0.0/16")
    )
    places = FileProvider(str(table))
    assert places.place_of("203.0.113.5") == Place("Asia/Shanghai")
    assert places.place_of("203.0.7.5") == Place("Asia/Tokyo")
    assert places.place_of("2001:db8::5") == Place("Europe/Berlin")
    assert places.place_of("192.0.2.1") is places.place_of("nonsense") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[network]]\nprefix = "203.0.113.5/24"\nzone = "Asia/Shanghai"', "network 1: prefix"),
        ('[[network]]\nprefix = "203.0.113.0/24"\nzone = "Hangzhou"', "network 1: zone 'Hangzhou'"),
        ("[[network", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(text, words, tmp_path):
    table = tmp_path / "places.toml"
    table.write_text(text)
    with pytest.raises(ImproperlyConfigured, match=words.replace("(", r"\(")):
        FileProvider(str(table))


def test_a_bad_table_stops_the_start(settings, tmp_path):
    settings.NETWORK_PLACES = str(tmp_path / "missing.toml")
    with pytest.raises(Exception, match="NETWORK_PLACES"):
        call_command("check")


def test_old_sign_ins_are_forgotten_by_a_job(make_user, settings):
    user = make_user("chen")
    for days in (1, 399, 401):
        SignIn.objects.create(user=user, outcome="succeeded", at=timezone.now() - dt.timedelta(days=days))
    assert run_job("forget_sign_ins").result == {"deleted": 1}
    assert SignIn.objects.count() == 2
