"""How reviewers decide: counted right, shown from a minimum on, overturned decisions found, for few and many alike."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from merchants import services as onboarding
from merchants.models import Application, Decision, Merchant
from merchants.screening import calibration
from shopops.audit.models import Entry
from shopops.work.models import SecondRead, WorkEvent, WorkItem
from tests.merchants.factories import submitted
from tests.orders.factories import make_merchant
from tests.screening.conftest import decided, publish

DAY = dt.timedelta(days=1)


def figures(**only):
    now = timezone.now()
    return {row.user: row for row in calibration.reviewers(now - 90 * DAY, now + DAY, **only)}


def cases(user):
    now = timezone.now()
    return [(each.number, each.why) for each in calibration.overturned(user, now - 90 * DAY, now + DAY)]


@pytest.fixture
def version(policies):
    return publish()


def test_decisions_are_counted_by_kind_and_shares_wait_for_enough(version, reviewer, supervisor):
    for kind, count in (("approve", 6), ("needs_info", 3), ("reject", 2)):
        for _number in range(count):
            decided(version, reviewer, kind)
    decided(version, supervisor, "approve")
    decided(version, reviewer, "approve", at=timezone.now() - 100 * DAY)
    rows = figures()
    row = rows[reviewer]
    assert (row.decisions, row.approved.hits, row.corrections.hits, row.rejected.hits) == (11, 6, 3, 2)
    assert row.corrections.ratio == pytest.approx(3 / 11)
    assert row.corrections.interval == pytest.approx((0.0975, 0.5656), abs=1e-4)
    assert rows[supervisor].approved.ratio is None and rows[supervisor].approved.interval is None


def test_a_rejection_is_overturned_by_a_later_approval(version, reviewer, make_user):
    first, other = decided(version, reviewer, "reject"), decided(version, reviewer, "reject")
    later = decided(version, reviewer, "approve")
    Application.objects.filter(pk=later.pk).update(
        previous=first, state="approved", merchant=make_merchant(), decided_at=timezone.now(), decided_by=reviewer
    )
    again = decided(version, reviewer, "needs_info")
    Application.objects.filter(pk=again.pk).update(previous=other)
    assert figures()[reviewer].overturned.hits == 1
    assert cases(reviewer) == [(first.number, "reapplied")]


def test_a_proposal_is_overturned_by_the_second_person(version, reviewer, supervisor):
    agreed, refused = decided(version, supervisor, "approve"), decided(version, supervisor, "reject")
    for application in (agreed, refused):
        final = application.decisions.get()
        Decision.objects.filter(pk=final.pk).delete()
        for kind, by in (("propose", reviewer), (final.kind, supervisor)):
            Decision.objects.create(
                application=application, submission=1, kind=kind, by=by, policy_version=final.policy_version,
                reasons=[] if kind in ("propose", "approve") else ["legal_name"],
            )  # fmt: skip
    row = figures()[reviewer]
    assert (row.decisions, row.proposed, row.overturned.hits, row.overturned.cases) == (0, 2, 1, 2)
    assert cases(reviewer) == [(refused.number, "declined")]


@pytest.mark.parametrize(
    ("days", "state", "counts"),
    [(30, "suspended", True), (89, "closed", True), (91, "closed", False), (30, "active", False)],
)
def test_an_approval_is_overturned_by_a_suspension_within_90_days(version, reviewer, days, state, counts):
    at = timezone.now() - 80 * DAY
    application = decided(version, reviewer, "approve", at=at)
    shop = make_merchant()
    Application.objects.filter(pk=application.pk).update(
        state="approved", merchant=shop, decided_at=at, decided_by=reviewer
    )
    Entry.objects.create(
        at=at + days * DAY, action="x", actor_name="x", target_name="x", object_id=shop.pk, after={"state": state},
        content_type=ContentType.objects.get_for_model(Merchant),
    )  # fmt: skip
    assert cases(reviewer) == ([(application.number, "trouble")] if counts else [])


def test_time_in_hand_is_the_median_from_taking_to_deciding(applicant, reviewer, make_user):
    publish()
    application = submitted(applicant)
    onboarding.open_case(application=application, user=reviewer)
    item = WorkItem.objects.get(object_id=application.pk, queue="applications")
    onboarding.reject(application=application, actor=reviewer, reason_codes=["prohibited"])
    left = WorkEvent.objects.get(item=item, kind="left")
    # A colleague's claim before, and one's own earlier try, do not count.
    for minutes, actor in ((90, make_user("other")), (60, reviewer)):
        WorkEvent.objects.create(item=item, kind="claimed", actor=actor, at=left.at - dt.timedelta(minutes=minutes))
    assert figures()[reviewer].in_hand < dt.timedelta(minutes=1)


def test_second_reads_give_agreement_and_kappa(version, reviewer, supervisor, applicant):
    application = submitted(applicant)
    for number in range(12):
        first, second = (
            WorkItem.objects.create(
                queue=queue, target=application, label="x", due_at=timezone.now(), left_at=timezone.now()
            )
            for queue in ("applications", "applications.second")
        )
        SecondRead.objects.create(
            queue="applications", first_item=first, item=second, first_by=reviewer if number else None,
            first_verdict="approve" if number % 2 else "reject", second_by=supervisor, second_at=timezone.now(),
            second_verdict="approve" if number % 2 or number == 2 else "reject",
        )  # fmt: skip
    row = figures()[reviewer]
    assert (row.reads.reads, row.reads.agreed) == (11, 10)
    assert row.agreement.ratio == pytest.approx(10 / 11)
    assert row.kappa == pytest.approx(0.8136, abs=1e-3)


def test_many_reviewers_cost_as_many_queries_as_one(version, reviewer, make_user, django_assert_num_queries):
    decided(version, reviewer, "approve")
    ContentType.objects.get_for_model(Merchant)
    with django_assert_num_queries(4):
        figures()
    for number in range(12):
        decided(version, make_user(f"r{number}", roles=["reviewer"]), "reject")
    with django_assert_num_queries(4):
        assert len(figures()) == 13


def test_supervisors_see_all_a_reviewer_only_their_own(version, reviewer, supervisor, client):
    decided(version, reviewer, "reject")
    decided(version, supervisor, "approve")
    client.force_login(reviewer)
    for path in (
        reverse("screening:calibration"),
        reverse("screening:person", args=[supervisor.pk]),
        reverse("screening:person", args=[reviewer.pk]),
    ):
        assert client.get(path).status_code == 403
    page = client.get(reverse("screening:mine"))
    assert page.status_code == 200 and str(supervisor) not in page.content.decode()
    client.force_login(supervisor)
    page = client.get(reverse("screening:calibration")).content.decode()
    assert str(reviewer) in page and str(supervisor) in page
    assert client.get(reverse("screening:person", args=[reviewer.pk])).status_code == 200


def test_the_cases_are_linked(version, reviewer, supervisor, client):
    first, later = decided(version, reviewer, "reject"), decided(version, supervisor, "approve")
    Application.objects.filter(pk=later.pk).update(
        previous=first, state="approved", merchant=make_merchant(), decided_at=timezone.now(), decided_by=supervisor
    )
    client.force_login(supervisor)
    page = client.get(reverse("screening:person", args=[reviewer.pk])).content.decode()
    assert reverse("review:case", args=[first.pk]) in page
