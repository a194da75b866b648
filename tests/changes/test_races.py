"""Two people at once: one change, one decision, nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from merchants.changes import selectors, services
from merchants.changes.errors import OnboardingError
from merchants.changes.models import ChangeDecision, ChangedValue, ChangeRequest, ExpiryNotice
from merchants.changes.services import expiring
from merchants.models import Document, Merchant
from shopops.notifications.models import Message
from shopops.transitions.handler import TransitionRefused
from tests.changes.factories import NEW_ADDRESS, ask, licence

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on its own connection; returns results, or the refusals."""
    barrier = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return step()
        except (OnboardingError, TransitionRefused) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def done(results: list[Any]) -> list[Any]:
    return [each for each in results if not isinstance(each, Exception)]


def test_of_two_who_approve_at_once_one_does(shop, owner, reviewer, second):
    request = ask(shop, owner)
    seen = selectors.fingerprint(request)
    results = at_once(
        *(lambda who=who: services.approve(request=request, actor=who, seen=seen) for who in (reviewer, second))
    )
    assert len(done(results)) == 1
    assert ChangeDecision.objects.filter(kind="approve").count() == 1
    assert Document.objects.current().filter(merchant=shop).count() == 1
    assert Message.objects.filter(kind="changes.request_approved").count() == 1


def test_a_double_click_on_submit_hands_in_once(shop, owner):
    request = services.draft(merchant=shop, values={"address": NEW_ADDRESS}, actor=owner, reason="搬迁")
    paper = licence(shop)
    services.add_proof(request=request, type=paper.type, file=paper.file, actor=owner, **paper.facts)
    results = at_once(*(lambda: services.submit(request=request, actor=owner) for _ in range(3)))
    assert len(done(results)) == 1
    request.refresh_from_db()
    assert request.submissions == 1


def test_two_requests_for_one_field_at_once_leave_one(shop, owner):
    drafts = []
    for name in ("北岭一", "北岭二"):
        drafts.append(services.draft(merchant=shop, values={"shop_name": name}, actor=owner, reason="更名"))
    results = at_once(*(lambda each=each: services.submit(request=each, actor=owner) for each in drafts))
    assert len(done(results)) == 1
    assert ChangedValue.objects.filter(is_open=True).count() == 1


def test_withdrawing_against_approving_ends_in_one_of_both(shop, owner, reviewer):
    request = ask(shop, owner)
    seen = selectors.fingerprint(request)
    results = at_once(
        lambda: services.withdraw(request=request, actor=owner),
        lambda: services.approve(request=request, actor=reviewer, seen=seen),
    )
    assert len(done(results)) == 1
    request.refresh_from_db()
    shop.refresh_from_db()
    assert (request.state == ChangeRequest.State.APPROVED) == (shop.address == NEW_ADDRESS)
    assert not ChangedValue.objects.filter(is_open=True).exists()


def test_contacts_and_an_approval_at_once_both_stand(shop, owner, reviewer):
    request = ask(shop, owner)
    seen = selectors.fingerprint(request)
    results = at_once(
        lambda: services.apply_contacts(merchant=shop, values={"region": "宁波"}, actor=owner),
        lambda: services.approve(request=request, actor=reviewer, seen=seen),
    )
    assert len(done(results)) == 2
    now = Merchant.objects.get(pk=shop.pk)
    assert (now.region, now.address) == ("宁波", NEW_ADDRESS)


def test_two_jobs_at_once_tell_a_document_once(shop):
    import datetime as dt

    from django.utils import timezone

    Document.objects.update(expires_on=timezone.localdate() + dt.timedelta(days=5))
    document = Document.objects.get()
    version, rules = expiring.rules_in_force()
    at_once(*(lambda: expiring.tell(document, rules, timezone.now(), version) for _ in range(3)))
    assert ExpiryNotice.objects.count() == 1
    assert Message.objects.filter(kind="changes.document_expiring").count() == 1
