"""Many people at once."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from merchants import policy, services
from merchants.errors import OnboardingError
from merchants.models import Application, Decision, Member, Merchant
from merchants.services.queueing import HIGH_RISK, QUEUE, enter_queue
from shopops.accounts.models import User
from shopops.notifications.models import Message
from shopops.transitions.handler import TransitionRefused
from shopops.work.models import WorkItem
from shopops.work.services import next_for
from tests.merchants.factories import draft, submitted

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do the work in 8 threads with a connection each; errors of onboarding are results."""

    def one(number: int) -> Any:
        try:
            return work(number)
        except OnboardingError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.fixture
def transactional(transactional_db: None, policies: None) -> None:
    """A database that threads see."""


def test_eight_clicks_on_approve_make_one_merchant(transactional, applicant, reviewer):
    application = submitted(applicant)
    services.open_case(application=application, user=reviewer)
    results = at_once(lambda _n: services.approve(application=application, actor=reviewer))
    assert sum(isinstance(each, Application) for each in results) == 1
    assert Merchant.objects.count() == Member.objects.count() == Decision.objects.count() == 1
    assert Message.objects.filter(kind="merchants.application_approved").count() == 1


def test_eight_reviewers_decide_once(transactional, applicant, make_user):
    reviewers = [make_user(f"r{number}", roles=["reviewer"]) for number in range(THREADS)]
    application = submitted(applicant)

    def decide(number: int) -> Application:
        if number % 2:
            return services.approve(application=application, actor=reviewers[number])
        return services.reject(application=application, actor=reviewers[number], reason_codes=["prohibited"])

    results = at_once(decide)
    assert sum(isinstance(each, Application) for each in results) == 1
    assert Decision.objects.count() == 1
    application.refresh_from_db()
    assert Merchant.objects.count() == (1 if application.state == Application.State.APPROVED else 0)


def test_the_same_licence_in_the_same_second_is_taken_once(transactional, make_user):
    drafts = [draft(make_user(f"a{number}")) for number in range(THREADS)]
    results = at_once(lambda n: services.submit(application=drafts[n], actor=drafts[n].applicant))
    assert sum(isinstance(each, Application) for each in results) == 1
    assert Application.objects.filter(state=Application.State.SUBMITTED).count() == 1


def test_a_form_posted_eight_times_is_submitted_once(transactional, applicant):
    application = draft(applicant)
    results = at_once(lambda _n: services.submit(application=application, actor=applicant))
    assert sum(isinstance(each, Application) for each in results) == 1
    application.refresh_from_db()
    assert application.submissions == 1


def test_starting_eight_times_makes_one_draft_and_numbers_never_collide(transactional, applicant, make_user):
    drafts = at_once(lambda _n: services.start_application(applicant=applicant))
    assert len({each.pk for each in drafts}) == 1
    people = [make_user(f"p{number}") for number in range(THREADS)]
    others = at_once(lambda n: services.start_application(applicant=people[n]))
    assert len({each.number for each in others}) == THREADS


def test_opening_at_the_same_time_gives_the_case_to_one(transactional, applicant, make_user):
    reviewers = [make_user(f"r{number}", roles=["reviewer"]) for number in range(THREADS)]
    application = submitted(applicant)
    opened = at_once(lambda n: services.open_case(application=application, user=reviewers[n]))
    assert sum(not each.read_only_because for each in opened) == 1


REVIEWERS, WAITING = 20, 2_000
#: So many processes share the reviewers, so that more than one core works for them.
PROCESSES = 4
FORK = multiprocessing.get_context("fork")
#: Of these an approval is only the proposal; another reviewer gets the case again.
HIGH_RISK_EVERY = 20


def fill_the_queue() -> None:
    """Applications that wait, written in bulk: what `submit` does one by one is not what is tested here."""
    version = policy.active()[0]
    people = User.objects.bulk_create(
        User(email=f"owner{number}@example.com", name=f"o{number}") for number in range(WAITING)
    )
    applications = Application.objects.bulk_create(
        Application(
            number=f"A-0101-{number:05d}", applicant=people[number], state="submitted", submissions=1,
            shop_name=f"Shop {number}", legal_name=f"Company {number}", uscc=f"{number:018d}", shop_type="multi_brand",
            category="food" if number % HIGH_RISK_EVERY == 0 else "sports",
            needs_second_person=number % HIGH_RISK_EVERY == 0, submitted_at=timezone.now(), policy_version=version,
        )
        for number in range(WAITING)
    )  # fmt: skip
    first = enter_queue(applications[0])
    rest = [
        WorkItem(
            queue=QUEUE, content_type=first.content_type, object_id=each.pk, label=each.shop_name, clock=first.clock,
            started_at=each.submitted_at, risk=3 if each.needs_second_person else 1,
            skill=HIGH_RISK if each.needs_second_person else "", not_for=[each.applicant_id],
        )
        for each in applications[1:]
    ]  # fmt: skip
    WorkItem.objects.bulk_create(rest)


@pytest.mark.slow
def test_twenty_reviewers_decide_two_thousand_applications_none_twice_none_lost(transactional, make_user):
    """Each takes the next case until nothing is free, and now and then grabs one that somebody else may hold."""
    fill_the_queue()
    reviewers = [make_user(f"r{number}", roles=["reviewer"]) for number in range(REVIEWERS)]
    everything = list(Application.objects.order_by("pk"))

    counts = FORK.SimpleQueue()

    def work(number: int) -> int:
        decided = 0
        while item := next_for(reviewers[number], QUEUE):
            grabbed = everything[(item.object_id * 7 + number) % WAITING] if decided % 9 == 0 else None
            for application in (grabbed, Application.objects.get(pk=item.object_id)):
                decided += application is not None and decide(application, reviewers[number])
        connection.close()
        return decided

    def share(first: int) -> None:
        with ThreadPoolExecutor(REVIEWERS // PROCESSES) as pool:
            counts.put(sum(pool.map(work, range(first, REVIEWERS, PROCESSES))))

    def decide(application: Application, reviewer: User) -> bool:
        try:
            if application.pk % 3 or application.needs_second_person:
                done = services.approve(application=application, actor=reviewer)
            else:
                done = services.reject(application=application, actor=reviewer, reason_codes=["prohibited"])
        except (OnboardingError, TransitionRefused):
            return False
        return done.state != Application.State.IN_REVIEW

    connection.close()
    shares = [FORK.Process(target=share, args=(number,)) for number in range(PROCESSES)]
    for process in shares:
        process.start()
    decided = sum(counts.get() for _share in shares)
    for process in shares:
        process.join()

    states = list(Application.objects.values_list("state", flat=True))
    approved = states.count("approved")
    assert decided == WAITING == approved + states.count("rejected")
    assert Decision.objects.filter(kind__in=["approve", "reject"]).count() == WAITING
    assert Decision.objects.filter(kind="propose").count() == WAITING // HIGH_RISK_EVERY
    assert Merchant.objects.count() == Member.objects.count() == approved
    assert not WorkItem.objects.filter(queue=QUEUE, left_at__isnull=True).exists()
