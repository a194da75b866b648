"""Many people at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from merchants import services
from merchants.errors import OnboardingError
from merchants.models import Application, Decision, Member, Merchant
from shopops.notifications.models import Message
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
