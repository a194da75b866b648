"""A key's life: made, used, rotated, expired, revoked."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shopops.api import selectors, services
from shopops.api.models import ApiKey, ApiSecret
from shopops.audit.models import Entry
from shopops.notifications.models import Delivery
from shopops.transitions.handler import TransitionRefused
from tests.api.conftest import Caller

URL = "/api/v1/orders/"
DAY = dt.timedelta(days=1)


def code(answer):
    return answer.status_code, answer.json().get("code")


def test_a_key_opens_what_its_scopes_say(market):
    assert market.shop_key.get(URL).status_code == 200


def test_the_secret_is_nowhere_in_the_database(market):
    secret = ApiSecret.objects.get(key=market.shop_key.key)
    kept = [str(value) for value in (*vars(secret).values(), *vars(market.shop_key.key).values())]
    assert not any(market.shop_key.token in text for text in kept)
    assert secret.prefix == market.shop_key.token[:14]


def test_finding_a_key_is_one_query_by_a_unique_index(market):
    with CaptureQueriesContext(connection) as asked:
        assert selectors.secret_of(market.shop_key.token).key == market.shop_key.key
    assert len(asked) == 1
    assert '"api_apisecret"."digest" = ' in asked[0]["sql"]
    with connection.cursor() as cursor:
        # By itself: with three rows in each table the planner may well begin the join elsewhere.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT key_id FROM api_apisecret WHERE digest = 'x'")
        assert "api_apisecret_digest" in "\n".join(row[0] for row in cursor.fetchall())


def test_a_mistyped_key_asks_no_database():
    # Without the fixture `db` any query would raise.
    assert selectors.secret_of("so_live_" + "a" * 49) is None


@pytest.mark.parametrize("header", ["Bearer", "Bearer nonsense", "bearer so_live_" + "0" * 49])
def test_an_unknown_key_is_401_with_a_challenge(market, client, header):
    answer = client.get(URL, headers={"Authorization": header})
    assert code(answer) == (401, "key_unknown")
    assert answer["WWW-Authenticate"].startswith("Bearer ") and "invalid_token" in answer["WWW-Authenticate"]


def test_without_a_key_the_challenge_blames_nobody(market):
    answer = market.anonymous.get(URL)
    assert code(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="ShopOps API"'


def test_a_rotated_key_takes_both_secrets_until_the_grace_ends(market):
    _key, fresh = services.rotate_key(key=market.shop_key.key, actor=market.owner, grace=DAY)
    assert Caller(fresh).get(URL).status_code == 200
    assert market.shop_key.get(URL).status_code == 200
    ApiSecret.objects.filter(valid_until__isnull=False).update(valid_until=timezone.now())
    assert code(market.shop_key.get(URL)) == (401, "key_rotated")
    assert Caller(fresh).get(URL).status_code == 200


def test_pressing_twice_shuts_nobody_out(market):
    for _press in range(2):
        key, latest = services.rotate_key(key=market.shop_key.key, actor=market.owner, grace=DAY)
    assert [Caller(token).get(URL).status_code for token in (market.shop_key.token, latest)] == [200, 200]
    services.rotate_key(key=key, actor=market.owner, grace=dt.timedelta(hours=1))
    first = ApiSecret.objects.filter(key=key).order_by("pk")[0]
    assert first.valid_until < timezone.now() + dt.timedelta(hours=2), "a shorter time counts for the older ones, too"


def test_rotating_without_grace_and_twice_leaves_one_secret(market):
    key, first = services.rotate_key(key=market.shop_key.key, actor=market.owner, grace=DAY)
    key, second = services.rotate_key(key=key, actor=market.owner, grace=dt.timedelta())
    assert market.shop_key.get(URL).status_code == Caller(first).get(URL).status_code == 401
    assert Caller(second).get(URL).status_code == 200


def test_a_revoked_key_opens_nothing_and_cannot_come_back(market):
    services.revoke_key(key=market.shop_key.key, actor=market.owner)
    assert code(market.shop_key.get(URL)) == (401, "key_revoked")
    for verb in (services.revoke_key, services.rotate_key):
        extra = {"grace": DAY} if verb is services.rotate_key else {}
        with pytest.raises(TransitionRefused):
            verb(key=market.shop_key.key, actor=market.owner, **extra)
    assert ApiSecret.objects.filter(key=market.shop_key.key).count() == 1


def test_an_expired_key_opens_nothing(market):
    ApiKey.objects.filter(pk=market.shop_key.key.pk).update(expires_at=timezone.now())
    assert code(market.shop_key.get(URL)) == (401, "key_expired")
    with pytest.raises(ValidationError):
        services.rotate_key(key=ApiKey.objects.get(pk=market.shop_key.key.pk), actor=market.owner, grace=DAY)


def test_every_step_is_audited_and_told_to_the_owner_of_the_shop(market):
    key, _token = services.rotate_key(key=market.shop_key.key, actor=market.owner, grace=DAY)
    services.revoke_key(key=key, actor=market.root, reason="Leaked.")
    actions = Entry.objects.filter(action__startswith="api.key.", merchant_id=market.shop.pk).order_by("id")
    assert [entry.action for entry in actions] == ["api.key.created", "api.key.rotated", "api.key.revoked"]
    assert actions.last().reason == "Leaked."
    told = Delivery.objects.filter(message__kind__startswith="api.key_", recipient=market.owner, channel="in_app")
    assert told.count() == 3
    assert not Delivery.objects.filter(
        message__kind__startswith="api.key_", recipient=market.stranger, merchant_id=market.shop.pk
    ).exists()


def test_the_audit_log_says_through_which_key_it_was_done(market, client):
    complaint = market.shop.complaints.get()
    market.shop_key.post(f"/api/v1/complaints/{complaint.pk}/answer/", {"text": "Sent."})
    entry = Entry.objects.get(action="complaints.complaint.answered")
    assert (entry.actor, entry.actor_name) == (market.owner, f"owner · API key {market.shop_key.key.prefix}")
    services.revoke_key(key=market.shop_key.key, actor=market.owner)
    assert Entry.objects.latest("pk").actor_name == "owner", "the next one does it in person"


def test_use_is_noted_at_most_once_a_minute_and_only_the_network(market):
    market.shop_key.get(URL)
    key = ApiKey.objects.get(pk=market.shop_key.key.pk)
    assert key.last_used_network == "127.0.0.0/24"
    first = key.last_used_at
    market.shop_key.get(URL)
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=first - DAY)
    market.shop_key.get(URL)
    key.refresh_from_db()
    assert key.last_used_at >= first


def test_nobody_gives_a_scope_that_they_lack(market, make_user):
    with pytest.raises(ValidationError, match="complaints:file"):
        services.create_key(name="x", scopes=["complaints:file"], actor=market.owner, merchant_id=market.shop.pk)
    with pytest.raises(ValidationError, match="orders:read"):
        services.create_key(name="x", scopes=["orders:read"], actor=market.owner, merchant_id=market.other.pk)
    announcer = make_user("announcer", roles=["announcer"])
    with pytest.raises(ValidationError):
        services.create_key(name="x", scopes=["orders:read"], actor=announcer)
    with pytest.raises(ValidationError, match="warnings:answer"):
        services.create_key(name="x", scopes=["warnings:answer"], actor=market.root)


def test_the_database_holds_what_must_hold(market):
    key = market.shop_key.key
    for change in ({"scopes": []}, {"revoked_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiSecret.objects.create(key=key, digest="1" * 64, prefix="x")


@pytest.mark.django_db(transaction=True)
def test_two_who_rotate_at_once_leave_one_present_secret(market):
    made: list[str] = []

    def rotate():
        try:
            made.append(services.rotate_key(key=market.shop_key.key, actor=market.owner, grace=dt.timedelta())[1])
        finally:
            connection.close()

    threads = [threading.Thread(target=rotate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert ApiSecret.objects.filter(key=market.shop_key.key, valid_until__isnull=True).count() == 1
    assert sum(Caller(token).get(URL).status_code == 200 for token in made) == 1
