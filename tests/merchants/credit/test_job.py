"""The nightly count: what is written, when, and who hears of it."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from merchants.credit import services, writing
from merchants.credit.models import ScoreContribution, ScoreSnapshot
from merchants.models import Merchant
from shopops.audit.models import Entry
from shopops.jobs.models import JobRun
from shopops.jobs.services import resume_killed_jobs
from shopops.metrics.selectors import marketplace_day
from shopops.notifications.models import Delivery, Message
from shopops.notifications.rendering import render
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import NoPolicy
from tests.merchants.credit.conftest import item, policy_body, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]


def test_the_score_is_the_sum_of_its_ledger(make_shop, count):
    shop = make_shop()
    count(shop, late=3, orders=60, stars=430, reviews=100)
    assert run().result == {"scored": 1, "changed": 1, "provisional": 0, "grade_changes": 0}
    snapshot = ScoreSnapshot.objects.get()
    lines = {line.item: line for line in snapshot.contributions.all()}
    # years: 12 of 24 months; late: (3 + 20 · 0.04) / 80 = 0.0475; stars: the category has 100 reviews, so 4.3 of itself
    assert [(line.points, line.max_points) for line in lines.values()] == [(100, 200), (305, 400), (260, 400)]
    assert (lines["test_late_30d"].numerator, lines["test_late_30d"].denominator) == (3, 60)
    assert lines["test_late_30d"].adjusted == 0.0475
    assert snapshot.score == 665 and snapshot.grade == "B" and not snapshot.provisional


def test_the_prior_comes_from_the_own_category(make_shop, count):
    toys, food = make_shop("Toys", category="toys"), make_shop("Food", category="food")
    big = make_shop("Big", category="food")
    count(toys, late=0, orders=10)
    count(food, late=0, orders=10)
    count(big, late=100, orders=990)
    run()
    prior = {
        line.snapshot.merchant_id: line.prior
        for line in ScoreContribution.objects.filter(item="test_late_30d").select_related("snapshot")
    }
    assert prior == {toys.pk: 0.04, food.pk: 0.1, big.pk: 0.1}


def test_a_second_count_of_the_same_moment_writes_nothing(make_shop, count):
    count(make_shop(), late=3, orders=60)
    run()
    rows = list(ScoreSnapshot.objects.values()), list(ScoreContribution.objects.values())
    assert run().result["changed"] == 0
    assert rows == (list(ScoreSnapshot.objects.values()), list(ScoreContribution.objects.values()))


def test_history_grows_only_on_days_when_the_ledger_changed(make_shop, count):
    shop = make_shop(months=60)
    count(shop, back=20, late=0, orders=50)
    count(shop, back=6, late=9, orders=10)
    for back in (10, 9, 8, 5, 4, 3):
        run(back)
    today = marketplace_day(timezone.now())
    assert list(ScoreSnapshot.objects.order_by("day").values_list("day", "is_current")) == [
        (today - dt.timedelta(days=10), False),
        (today - dt.timedelta(days=5), True),
    ]


def test_a_day_counted_again_replaces_its_ledger(make_shop, count):
    shop = make_shop()
    count(shop, late=0, orders=40)
    run()
    count(shop, late=20, orders=20)
    assert run().result["changed"] == 1
    snapshot = ScoreSnapshot.objects.get()
    late = snapshot.contributions.get(item="test_late_30d")
    assert (late.numerator, late.denominator) == (20, 60)
    assert snapshot.score == sum(line.points for line in snapshot.contributions.all())


def test_counting_an_earlier_day_fills_in_history_and_leaves_the_current_score(make_shop, count):
    shop = make_shop()
    count(shop, back=20, late=0, orders=40)
    count(shop, back=2, late=20, orders=20)
    run()
    run(10)
    current = ScoreSnapshot.objects.get(is_current=True)
    assert current.day == marketplace_day(timezone.now())
    assert ScoreSnapshot.objects.get(is_current=False).score > current.score


def test_a_new_policy_makes_a_new_snapshot(make_shop, count, publish):
    shop = make_shop()
    count(shop, late=3, orders=60)
    run(1)
    body = policy_body()
    body["components"][1]["items"] = [item(curve=[[0.0, 1.0], [0.1, 0.0]])]
    version = publish(body)
    run()
    assert ScoreSnapshot.objects.get(is_current=True).policy_version == version
    assert ScoreSnapshot.objects.count() == 2


@pytest.mark.parametrize(
    ("months", "orders", "provisional"), [(0, 60, True), (12, 9, True), (12, 0, True), (12, 10, False)]
)
def test_new_merchants_and_those_with_few_orders_are_provisional(make_shop, count, months, orders, provisional):
    shop = make_shop(months=months)
    count(shop, late=0, orders=orders)
    run()
    assert ScoreSnapshot.objects.get().provisional is provisional


def test_below_the_minimum_volume_the_average_counts(make_shop, count):
    count(make_shop(), late=4, orders=4)
    run()
    late = ScoreContribution.objects.get(item="test_late_30d")
    assert late.by_prior and late.adjusted == late.prior == 0.04
    assert (late.numerator, late.denominator) == (4, 4)


def test_closed_shops_and_those_not_open_yet_are_left_out(make_shop, count):
    make_shop("Closed", state=Merchant.State.CLOSED)
    make_shop("Later", opened_at=timezone.now() + dt.timedelta(days=2))
    taken_over = make_shop("Taken over", opened_at=timezone.now() + dt.timedelta(days=2))
    count(taken_over, late=0, orders=5)
    run()
    assert ScoreSnapshot.objects.get().merchant == taken_over


def drop(make_shop, count, user, back: int = 0):
    """A shop whose grade falls on the day that is counted last."""
    shop = make_shop(owner=user, months=60)
    count(shop, back=back + 20, late=0, orders=50, stars=480, reviews=100)
    run(back + 5)
    count(shop, back=back + 2, late=50, orders=50)
    run(back)
    return shop


def test_a_changed_grade_is_audited_and_its_people_are_told(make_shop, count, make_user):
    user = make_user("owner", language="zh-hans")
    shop = drop(make_shop, count, user)
    entry = Entry.objects.get(action="credit.grade_changed")
    assert (entry.before["grade"], entry.after["grade"]) == ("A", "C") and entry.merchant_id == shop.pk
    assert entry.policy_version is not None
    message = Message.objects.get(kind="credit.grade_changed")
    assert message.target == ScoreSnapshot.objects.get(is_current=True)
    assert set(message.deliveries.values_list("recipient", "merchant_id")) == {(user.pk, shop.pk)}
    run()
    assert Message.objects.count() == 1 and Entry.objects.filter(action="credit.grade_changed").count() == 1


def test_old_days_counted_late_are_history_not_news(make_shop, count, make_user):
    drop(make_shop, count, make_user("owner"), back=30)
    assert Entry.objects.filter(action="credit.grade_changed").count() == 1
    assert not Message.objects.exists()


def test_a_provisional_grade_is_no_news(make_shop, count, make_user):
    shop = make_shop(owner=make_user("owner"), months=0)
    count(shop, back=20, late=0, orders=50)
    run(5)
    count(shop, back=2, late=50, orders=50)
    assert run().result["grade_changes"] == 1
    assert not Delivery.objects.exists()


def test_the_command_counts_as_of_a_date(make_shop, count, capsys):
    shop = make_shop(months=40)
    day = marketplace_day(timezone.now()) - dt.timedelta(days=400)
    count(shop, back=405, late=1, orders=20)
    call_command("score_merchants", "--as-of", day.isoformat())
    assert "scored: 1, changed: 1" in capsys.readouterr().out
    assert ScoreSnapshot.objects.get().day == day
    assert ScoreContribution.objects.get(item="test_late_30d").denominator == 20


def test_without_a_policy_the_job_says_what_to_do(make_shop):
    PolicyVersion.objects.update(state="retired")
    make_shop()
    with pytest.raises(NoPolicy, match="load_policies"):
        run()


def test_a_run_that_was_killed_half_way_is_finished_by_the_next(make_shop, count, monkeypatch):
    for number in range(5):
        count(make_shop(f"Shop {number}"), late=1, orders=20)
    monkeypatch.setattr(services, "CHUNK", 2)
    chunks = []
    write, score_one = writing.write, services.Scoring.score

    def killed_in_the_second_chunk(*args, **kwargs):
        written = write(*args, **kwargs)
        chunks.append(written)
        if len(chunks) == 2:
            raise SystemExit
        return written

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(services.writing, "write", killed_in_the_second_chunk)
        run()
    assert ScoreSnapshot.objects.count() == 2
    killed = JobRun.objects.get()
    assert (killed.state, killed.done, killed.cursor["scored"]) == ("running", 2, 2)
    JobRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    scored = []
    monkeypatch.setattr(services.Scoring, "score", lambda *args: scored.append(args) or score_one(*args))
    assert resume_killed_jobs() == ["score_merchants"]
    assert len(scored) == 3, "what the killed run had written was scored again"
    assert JobRun.objects.first().result["scored"] == JobRun.objects.first().result["changed"] == 5
    assert ScoreSnapshot.objects.filter(is_current=True).count() == 5


def test_two_thousand_merchants_take_a_bounded_number_of_queries(make_shop, count):
    count(make_shop("First"), late=1, orders=40)
    with CaptureQueriesContext(connection) as few:
        run()
    Merchant.objects.bulk_create([Merchant(shop_name=f"Shop {n}", category="toys") for n in range(1999)])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO credit_test_day (merchant_id, day, late, orders) "
            "SELECT id, current_date - 3, id % 4, 40 FROM merchants_merchant WHERE shop_name <> 'First'"
        )
    with CaptureQueriesContext(connection) as many:
        result = run().result
    assert result["scored"] == 2000 and result["changed"] == 1999
    # Two chunks instead of one, and nothing that grows with the merchants.
    assert len(many) <= len(few) + 12
    snapshots = dict(ScoreSnapshot.objects.filter(is_current=True).values_list("pk", "score"))
    assert len(snapshots) == 2000
    sums: dict[int, int] = {}
    for pk, points in ScoreContribution.objects.values_list("snapshot_id", "points"):
        sums[pk] = sums.get(pk, 0) + points
    assert all(sums[pk] == total for pk, total in snapshots.items())


@pytest.mark.parametrize(("language", "word"), [("en", "fell to grade C"), ("zh-hans", "C 级")])
def test_the_message_reads_well_in_both_languages(make_shop, count, make_user, language, word):
    drop(make_shop, count, make_user("owner"))
    words = render(Message.objects.get(kind="credit.grade_changed"), language)
    assert word in words.subject and "Willow" in words.subject
    assert "/portal/score/" in words.body and "\n" in words.body and "{" not in words.body
