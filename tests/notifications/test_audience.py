"""Who gets a message by which channel and when; one person or thousands get the same."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopops.accounts.models import User
from shopops.notifications.kinds import MessageKind, message_kinds
from shopops.notifications.models import Delivery, Preferences
from shopops.notifications.services import notify, notify_many, withdraw

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland")
NOW = "shopops.notifications.audience.timezone.now"


def prefer(user, **chosen):
    return Preferences.objects.create(user=user, **{"time_zone": "Asia/Shanghai", **chosen})


def ledger(message):
    return sorted(
        Delivery.objects.filter(message=message).values_list(
            "recipient__name", "merchant_id", "channel", "address", "language", "state", "reason", "due_at", "sent_at"
        ),
        key=str,
    )


def quiet_until(now, start, end, zone):
    """The rule, in Python: the end of the quiet hours that `now` lies in, else None."""
    local = now.astimezone(ZoneInfo(zone))
    time = local.time()
    if start < end:
        is_quiet, days = start <= time < end, 0
    else:
        is_quiet, days = time >= start or time < end, int(time >= start)
    if not is_quiet:
        return None
    return dt.datetime.combine(local.date() + dt.timedelta(days), end, ZoneInfo(zone))


def digest_at(now, hour, zone):
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + dt.timedelta(int(local.hour >= hour))
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone))


def expected(person, chosen, kind, now):
    """Channel → (state, due) as the words of the design say it."""
    rows = {"in_app": ("sent", now)}
    if not kind.leaves:
        return rows
    waits = None
    if chosen and chosen.quiet_from and not kind.urgent:
        waits = quiet_until(now, chosen.quiet_from, chosen.quiet_to, chosen.time_zone)
    off = chosen.off if chosen else []
    if kind.owed or f"{kind.group}:email" not in off:
        if kind.digest and chosen and chosen.digest_hour is not None:
            rows["email"] = ("held", digest_at(now, chosen.digest_hour, chosen.time_zone))
        else:
            rows["email"] = ("queued", waits or now)
    if chosen and chosen.chat_url and f"{kind.group}:chat" not in off:
        rows["chat"] = ("queued", waits or now)
    return rows


hours = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
people = st.lists(
    st.fixed_dictionaries(
        {
            "quiet": st.one_of(st.none(), st.tuples(hours, hours).filter(lambda pair: pair[0] != pair[1])),
            "digest_hour": st.one_of(st.none(), st.integers(0, 23)),
            "time_zone": st.sampled_from(ZONES),
            "off": st.sets(st.sampled_from(["test:email", "test:chat", "other:email"])),
            "chat_url": st.sampled_from(["", "dingtalk://abcdef"]),
            "language": st.sampled_from(["", "en", "zh-hans"]),
            "has_row": st.booleans(),
            "is_active": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)
kinds = st.sampled_from(
    [
        {"owed": True},
        {"owed": True, "urgent": True},
        {"owed": False},
        {"owed": False, "digest": True},
        {"channels": ("in_app",)},
    ]
)
# Away from the hours in which clocks change.
moments = st.datetimes(dt.datetime(2026, 5, 1), dt.datetime(2026, 8, 31), timezones=st.just(dt.UTC))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=people, rules=kinds, now=moments)
def test_one_by_one_or_many_at_once_the_ledger_is_the_same_and_is_what_the_rules_say(monkeypatch, people, rules, now):
    kind = MessageKind("test.rule", "Rule", **rules)
    monkeypatch.setattr(message_kinds, "_items", {**message_kinds._items, kind.code: kind})
    with transaction.atomic(), monkeypatch.context() as patched:
        patched.setattr(NOW, lambda: now)
        users, choices = [], {}
        for number, facts in enumerate(people):
            user = User.objects.create(
                email=f"p{number}@example.com",
                name=f"p{number}",
                language=facts["language"],
                is_active=facts["is_active"],
            )
            users.append(user)
            if facts["has_row"]:
                quiet = facts["quiet"] or (None, None)
                choices[user.name] = prefer(
                    user,
                    quiet_from=quiet[0],
                    quiet_to=quiet[1],
                    **{name: facts[name] for name in ("digest_hour", "time_zone", "chat_url")},
                    off=sorted(facts["off"]),
                )
        one = notify(kind=kind.code, key="one", recipients=users, context={}, merchant_id=7)
        from django.db.models import Value

        chosen = User.objects.filter(pk__in=[user.pk for user in users]).order_by("pk")
        many, told = notify_many(
            kind=kind.code, key="many", recipients=chosen.annotate(shop=Value(7)).values_list("pk", "shop"), context={}
        )
        assert ledger(one) == ledger(many)
        assert told == sum(user.is_active for user in users)
        found = {(row[0], row[2]): (row[5], row[7]) for row in ledger(one)}
        wanted = {
            (user.name, channel): row
            for user in users
            if user.is_active
            for channel, row in expected(user, choices.get(user.name), kind, now).items()
        }
        assert found == wanted
        transaction.set_rollback(True)


def test_a_filter_with_a_percent_sign_chooses_the_same_people(make_user, make_kind):
    make_kind()
    chosen = [make_user("50%"), make_user("full")]
    _message, told = notify_many(
        kind="test.note",
        key="some",
        recipients=User.objects.filter(name__contains="%").values_list("pk", "pk"),
        context={"name": "x"},
    )
    assert told == 1 and Delivery.objects.filter(recipient=chosen[0], channel="in_app").exists()


def test_who_is_told_again_gets_no_second_email_after_turning_a_chat_on(make_user, tell):
    user = make_user()
    tell([user])
    prefer(user, chat_url="dingtalk://abcdef")
    tell([user])
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "in_app"]


def test_the_database_takes_no_time_zone_that_it_does_not_know(make_user):
    with pytest.raises((DataError, IntegrityError)), transaction.atomic():
        prefer(make_user(), time_zone="Mars/Olympus")


def test_quiet_hours_need_two_different_ends(make_user):
    with pytest.raises(IntegrityError), transaction.atomic():
        prefer(make_user(), quiet_from=dt.time(22))


def test_a_withdrawn_message_does_not_wait_for_a_digest_either(make_user, tell):
    user = make_user()
    prefer(user, digest_hour=8)
    message = tell([user], owed=False, digest=True)
    assert withdraw(message_ids=[message.pk], why="No longer true.") == 1
    message.refresh_from_db()
    assert message.withdrawn_at <= timezone.now()
    assert Delivery.objects.get(channel="email").state == "failed"
