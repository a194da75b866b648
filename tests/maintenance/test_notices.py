"""Every notice owed is sent once: none before its time, none twice, none after a cancellation, whatever dies."""

import datetime as dt
import random

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from maintenance import sending, services
from maintenance.models import NoticePoint, Window
from merchants.models import Member, Merchant
from shopops.accounts.models import User
from shopops.jobs.models import JobRun
from shopops.notifications import delivery as mail
from shopops.notifications.models import Delivery, Message
from shopops.notifications.rendering import render
from shopops.notifications.services import notify_many
from tests.maintenance.conftest import DAY, HOUR, NOW, START, kinds_sent, run

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def points(window, **filters):
    return list(window.notice_points.filter(**filters).values_list("kind", "minutes_before", "state"))


def test_announcing_writes_the_whole_plan(announced):
    window = announced()
    assert points(window) == [
        ("announced", 0, "pending"),
        ("reminder", 10080, "pending"),
        ("reminder", 4320, "pending"),
        ("reminder", 1440, "pending"),
        ("reminder", 60, "pending"),
        ("started", 0, "pending"),
    ]


def test_reminders_that_the_announcement_covers_are_skipped(announced):
    window = announced(at=START - 72 * HOUR - 10 * MINUTE)
    assert points(window, state="skipped") == [("reminder", 10080, "skipped"), ("reminder", 4320, "skipped")]


def test_a_week_of_runs_sends_every_notice_once_and_at_its_time(announced, announcer, shop):
    shop("wren", staff=1)
    window = announced()
    sent_at: dict[str, dt.datetime] = {}
    moment = NOW
    while moment <= START + 4 * HOUR:
        run(moment)
        if moment.minute % 7 == 0:
            run(moment)  # beat and a person at once
        for point in window.notice_points.filter(state="sent"):
            sent_at.setdefault(point.key.partition(":r1:")[2], moment)
        moment += 20 * MINUTE
    services.complete(window=Window.objects.get(), actor=announcer, now=moment)
    run(moment)
    run(moment)
    assert sent_at == {
        "announced": NOW,
        "reminder-10080": START - 7 * DAY,
        "reminder-4320": START - 3 * DAY,
        "reminder-1440": START - DAY,
        "reminder-60": START - HOUR,
        "started": START,
    }
    assert kinds_sent() == ["announced", *["reminder"] * 4, "started", "completed"]
    assert Delivery.objects.count() == 7 * 2 * 2  # notices × people × channels


def test_after_an_outage_only_the_latest_notice_goes_out(announced, shop):
    shop()
    window = announced()
    run(NOW)
    result = run(START - 30 * MINUTE)
    assert kinds_sent() == ["announced", "reminder"]
    assert (result["notices"], result["skipped"]) == (1, 3)
    assert points(window, state="skipped") == [("reminder", m, "skipped") for m in (10080, 4320, 1440)]


def test_a_reminder_never_stands_in_for_an_announcement_that_is_still_owed(announced, shop):
    shop()
    announced()
    run(START - DAY)
    assert kinds_sent() == ["announced"]


def test_a_window_that_was_over_before_anybody_could_be_told_is_not_announced(announced, shop):
    shop()
    announced()
    result = run(START + 5 * HOUR)
    assert (result["started"], result["ended"], result["notices"]) == (1, 1, 0)


def test_none_is_sent_before_its_time(announced, shop):
    shop()
    announced()
    run(NOW - MINUTE)
    assert not Delivery.objects.exists()


def test_none_is_sent_after_a_cancellation_but_the_cancellation_itself(announced, announcer, shop):
    shop()
    window = announced()
    run(NOW)
    services.cancel(window=window, actor=announcer, reason="Vendor is late", now=NOW + HOUR)
    for hours in range(1, 200):
        run(NOW + hours * HOUR)
    assert kinds_sent() == ["announced", "cancelled"]


def test_who_was_told_nothing_is_not_told_of_a_cancellation(announced, announcer, shop):
    shop()
    window = announced()
    services.cancel(window=window, actor=announcer, reason="Mistake", now=NOW)
    run(START)
    assert not Delivery.objects.exists()


def test_e_mails_that_a_cancellation_finds_in_the_queue_do_not_leave(announced, announcer, shop, sink):
    shop()
    window = announced()
    run(NOW)
    services.cancel(window=window, actor=announcer, reason="Vendor is late", now=NOW)
    run(NOW + MINUTE)
    mail.deliver_queued()
    (only,) = sink.to("wren@example.com")
    assert "cancelled" in only["Subject"]


def test_a_change_of_time_is_told_and_reminded_of_anew(announced, announcer, shop):
    shop()
    window = announced()
    run(NOW)
    run(START - 7 * DAY)
    moved = START + 2 * DAY
    services.move(window=window, actor=announcer, starts_at=moved, ends_at=moved + HOUR, now=NOW + DAY)
    for hours in range(24, 24 * 10):
        run(NOW + hours * HOUR)
    assert kinds_sent() == [
        "announced",
        "reminder",
        "changed",
        "reminder",
        "reminder",
        "reminder",
        "reminder",
        "started",
    ]
    reminders = NoticePoint.objects.filter(kind="reminder", state="sent", revision=2).values_list("sent_at", flat=True)
    assert min(reminders) >= moved - 7 * DAY


def test_a_change_before_anybody_was_told_is_simply_announced(announced, announcer, shop):
    shop()
    window = announced()
    moved = START + DAY
    services.move(window=window, actor=announcer, starts_at=moved, ends_at=moved + HOUR, now=NOW)
    run(NOW + MINUTE)
    assert kinds_sent() == ["announced"]


def test_an_extension_is_told(announced, announcer, shop):
    shop()
    window = announced()
    run(NOW)
    run(START)
    services.extend(window=window, actor=announcer, ends_at=START + 5 * HOUR, reason="Index", now=START + HOUR)
    run(START + HOUR)
    assert kinds_sent() == ["announced", "started", "changed"]


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


def test_a_job_that_dies_between_chunks_goes_on_where_it_was(announced, shop, monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 2)
    for number in range(7):
        shop(f"shop{number}")
    window = announced()
    original, calls = sending._tell_chunk, []

    def dies_at_third(point_id, as_of):
        calls.append(point_id)
        if len(calls) == 3:
            raise Killed
        return original(point_id, as_of)

    monkeypatch.setattr(sending, "_tell_chunk", dies_at_third)
    with pytest.raises(Killed):
        run(NOW)
    assert points(window, kind="announced") == [("announced", 0, "sending")]
    assert Delivery.objects.filter(channel="in_app").count() == 4
    monkeypatch.setattr(sending, "_tell_chunk", original)
    assert run(NOW)["recipients"] == 3
    point = window.notice_points.get(kind="announced")
    assert (point.state, point.recipients) == ("sent", 7)
    assert Delivery.objects.filter(channel="in_app").values("recipient").distinct().count() == 7
    assert Message.objects.count() == 1


def test_a_job_that_dies_inside_a_chunk_leaves_nothing_half_written(announced, shop, monkeypatch):
    shop()
    window = announced()
    told = notify_many

    def dies_after_writing(**arguments):
        told(**arguments)
        raise Killed

    monkeypatch.setattr(sending, "notify_many", dies_after_writing)
    with pytest.raises(Killed):
        run(NOW)
    assert not Delivery.objects.exists()
    assert points(window, kind="announced") == [("announced", 0, "pending")]
    monkeypatch.undo()
    run(NOW)
    assert kinds_sent() == ["announced"]


def test_a_cancellation_between_chunks_stops_the_notice(announced, announcer, shop, monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 1)
    for number in range(4):
        shop(f"shop{number}")
    window = announced()
    original = sending._tell_chunk
    calls = []

    def cancelled_after_first(point_id, as_of):
        calls.append(point_id)
        if len(calls) == 2:
            services.cancel(window=window, actor=announcer, reason="Stop", now=NOW)
        return original(point_id, as_of)

    monkeypatch.setattr(sending, "_tell_chunk", cancelled_after_first)
    run(NOW)
    assert Delivery.objects.filter(message__kind="maintenance.announced", channel="in_app").count() == 1
    run(NOW + MINUTE)
    assert Delivery.objects.filter(message__kind="maintenance.cancelled", channel="in_app").count() == 4


def test_many_windows_with_random_deaths_owe_nobody_and_double_nothing(announced, announcer, shop, monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 3)
    for number in range(8):
        shop(f"shop{number}")
    windows = [announced(starts_at=START + number * 5 * HOUR) for number in range(5)]
    original, dice = sending._tell_chunk, random.Random(7)

    def sometimes_dies(point_id, as_of):
        if dice.random() < 0.2:
            raise Killed
        return original(point_id, as_of)

    monkeypatch.setattr(sending, "_tell_chunk", sometimes_dies)
    for hours in range(24 * 9):
        if hours == 30:
            services.cancel(window=windows[0], actor=announcer, reason="Off", now=NOW + hours * HOUR)
        for _attempt in range(20):
            try:
                run(NOW + hours * HOUR)
                break
            except Killed:
                continue
    assert not NoticePoint.objects.filter(state__in=("pending", "sending")).exists()
    for point in NoticePoint.objects.filter(state="sent"):
        assert point.message is not None
        told = point.message.deliveries.filter(channel="in_app")
        assert told.count() == told.values("recipient").distinct().count() == 8
    assert NoticePoint.objects.filter(state="sent", window=windows[1]).count() == 6
    assert kinds_sent().count("cancelled") == 1


def test_people_of_several_shops_are_told_once_and_closed_shops_not(announced, shop):
    first, second = shop("wren"), shop("lark")
    Member.objects.create(merchant=second, user=first.members.get().user)
    shop("gone", state=Merchant.State.CLOSED)
    left = shop("left")
    User.objects.filter(memberships__merchant=left).update(is_active=False)
    announced()
    assert run(NOW)["recipients"] == 2
    assert set(Delivery.objects.values_list("recipient__email", flat=True)) == {"wren@example.com", "lark@example.com"}


def test_five_thousand_merchants_take_a_handful_of_statements(announced, django_assert_max_num_queries):
    users = [User(email=f"m{number}@example.com", name="M", password="!") for number in range(5000)]
    User.objects.bulk_create(users)
    merchants = Merchant.objects.bulk_create([Merchant(shop_name=f"M{number}") for number in range(5000)])
    Member.objects.bulk_create(
        [Member(merchant=merchant, user=user) for merchant, user in zip(merchants, users, strict=True)]
    )
    announced()
    with django_assert_max_num_queries(60):
        assert run(NOW)["recipients"] == 5000
    assert Delivery.objects.count() == 10000


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Database upgrade", "Shipping: Down", "When: Thu 26 Nov, 12:00–15:00 (3 h)", "UTC+8", "stand still"]),
        ("zh-hans", ["数据库升级", "11月26日（周四）12:00–15:00", "3 小时", "UTC+8"]),
    ],
)
def test_a_notice_says_what_when_where_in_the_readers_language(announced, shop, language, expected):
    shop(language=language)
    announced()
    run(NOW)
    words = render(Message.objects.get(), language)
    text = f"{words.subject}\n{words.body}"
    for part in expected:
        assert part in text
    assert "/portal/maintenance/" in text


@pytest.mark.parametrize("kind", ["announced", "reminder", "started", "changed", "cancelled", "completed"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_renders_without_gaps_or_markup(announced, announcer, shop, kind, language):
    shop()
    window = announced(title_en='Move of "A & B" <db>', title_zh="迁移 “A & B” <db>")
    run(NOW)
    services.move(window=window, actor=announcer, starts_at=START + HOUR, ends_at=START + 2 * HOUR, now=NOW)
    window.refresh_from_db()
    window.cancel_reason, window.actual_ended_at = "Vendor's late", START
    point = NoticePoint(window=window, kind=kind, revision=2, due_at=NOW, minutes_before=60 * (kind == "reminder"))
    message, told = notify_many(
        kind=f"maintenance.{kind}",
        key=f"try:{kind}",
        recipients=Member.objects.values_list("user_id", "merchant_id"),
        context=sending.context(point),
        url="/portal/maintenance/1/",
    )
    words = render(Message.objects.get(pk=message.pk), language)
    assert told == 1
    assert "A & B" in words.subject and "<db>" in words.body
    for gap in ("None", "&amp;", "&#", "{{", "{%", "\n\n\n"):
        assert gap not in words.subject + words.body


def test_times_around_a_clock_change_are_exact(announced, announcer, settings):
    """Berlin, 28 March 2027: the night has no 02:30, and a window over it is an hour shorter than the clock says."""
    settings.TIME_ZONE = "Europe/Berlin"
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    start = dt.datetime(2027, 3, 28, 1, 0, tzinfo=berlin)
    window = announced(starts_at=start.astimezone(dt.UTC), hours=3)
    with timezone.override(berlin), translation.override("en"):
        from maintenance.words import when

        assert when(window.starts_at, window.ends_at).endswith("01:00–05:00")
    day_before = window.notice_points.get(minutes_before=1440)
    assert window.starts_at - day_before.due_at == DAY


def test_the_command_runs_the_job_and_records_it(announced, shop, capsys):
    shop()
    now = timezone.now()  # a job runs as of now, or of a moment that has been
    announced(at=now, starts_at=now + 8 * DAY)
    call_command("send_due_notices")
    assert "recipients: 1" in capsys.readouterr().out
    assert JobRun.objects.get(job="send_due_notices").result["notices"] == 1
