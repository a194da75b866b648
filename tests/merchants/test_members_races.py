"""Two owners who go at the same moment; one link pressed by many; one offer answered twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from merchants.errors import OnboardingError
from merchants.models import HandOver, Invitation, Member, Merchant
from merchants.portal import MissingRight
from merchants.services import hand_over, invitations, members
from shopops.accounts.models import User
from shopops.transitions.handler import TransitionRefused

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Start the work in many threads at the same moment; refusals are results."""
    start = Barrier(threads)

    def one(number: int) -> Any:
        start.wait()
        try:
            return work(number)
        except (OnboardingError, TransitionRefused, MissingRight, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


@pytest.fixture
def shop(make_user: Any) -> Merchant:
    merchant = Merchant.objects.create(shop_name="Wren & Daughters")
    Member.objects.create(merchant=merchant, user=make_user("olga"))
    return merchant


def test_of_two_owners_who_leave_at_once_one_stays(shop, make_user):
    Member.objects.create(merchant=shop, user=make_user("otto"))
    two = list(Member.objects.order_by("pk"))
    results = at_once(lambda number: members.leave(member=two[number]), threads=2)
    assert sum(isinstance(each, OnboardingError) for each in results) == 1
    assert Member.objects.filter(role="owner").count() == 1


def test_the_database_itself_keeps_one_of_two_owners(shop, make_user):
    """Past the services: plain statements in transactions that do not see each other."""
    Member.objects.create(merchant=shop, user=make_user("otto"))
    two = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    both_wrote = Barrier(2)

    def demote(number: int) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=two[number]).update(role="viewer")
            both_wrote.wait()

    results = at_once(demote, threads=2)
    assert sum(isinstance(each, IntegrityError) for each in results) == 1
    assert Member.objects.filter(role="owner").count() == 1


def test_one_link_pressed_by_many_makes_one_member(shop):
    owner = User.objects.get(name="olga")
    invitation = invitations.invite(merchant=shop, email="new@example.com", role="viewer", actor=owner)
    results = at_once(
        lambda number: invitations.accept_with_password(
            invitation=invitation, name=f"n{number}", password=f"correct-horse-{number}"
        )
    )
    assert sum(isinstance(each, User) for each in results) == 1
    winner = next(each for each in results if isinstance(each, User))
    assert User.objects.get(pk=winner.pk).name == winner.name
    assert Member.objects.filter(user=winner).count() == 1


@pytest.mark.parametrize("step", ["renew", "revoke"])
def test_joining_while_the_invitation_is_sent_again_or_taken_back_waits_and_never_locks_up(shop, step):
    owner = User.objects.get(name="olga")
    for round_ in range(6):
        asked = invitations.invite(merchant=shop, email=f"n{round_}@example.com", role="viewer", actor=owner)
        work = [
            lambda asked=asked: invitations.accept_with_password(invitation=asked, name="N", password="correct-horse"),
            lambda asked=asked: getattr(invitations, step)(invitation=asked, actor=owner),
        ]
        results = at_once(lambda number, work=work: work[number](), threads=2)
        joined = Member.objects.filter(user=asked.invitee).exists()
        assert joined == isinstance(results[0], User)
        assert joined or step == "revoke"


def test_many_clicks_invite_once(shop):
    owner = User.objects.get(name="olga")
    at_once(lambda _n: invitations.invite(merchant=shop, email="new@example.com", role="viewer", actor=owner))
    assert Invitation.objects.count() == User.objects.filter(email="new@example.com").count() == 1


def test_an_offer_accepted_and_withdrawn_at_once_has_one_outcome(shop, make_user):
    owner = User.objects.get(name="olga")
    member = Member.objects.create(merchant=shop, user=make_user("otto"), role="manager")
    offer = hand_over.offer(member=member, actor=owner)

    def answer(number: int) -> Any:
        if number % 2:
            return hand_over.accept(hand_over=offer, actor=member.user)
        return hand_over.withdraw(hand_over=offer, actor=owner)

    results = at_once(answer)
    assert sum(isinstance(each, Member | HandOver) for each in results) == 1
    new = "otto" if HandOver.objects.get().state == "accepted" else "olga"
    assert list(Member.objects.filter(role="owner").values_list("user__name", flat=True)) == [new]
