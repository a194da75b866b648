"""Who works on what: claims that lapse, take-overs that are told, the next item for somebody.

A claim locks the item's row, so of any number of people who want it at once one gets it.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.work.models import Handover, OperatorSkill, WorkEvent, WorkItem
from shopops.work.queues import CLAIM_LIFE


class Refused(Exception):
    """Nothing was changed; the words can be shown to people."""


class ClaimedByAnother(Refused):
    """Somebody else works on this item or was assigned to it; `.by` is that person, `.since` when they got it."""

    def __init__(self, by: User, since: dt.datetime | None = None) -> None:
        super().__init__(_("%(name)s works on this.") % {"name": by})
        self.by = by
        self.since = since


class NotForYou(Refused):
    """The person had a part in it already; somebody else has to look."""

    def __init__(self) -> None:
        super().__init__(_("You had a part in this. It waits for a second person."))


class LeftAlready(Refused):
    """The item left the queue in the meantime."""

    def __init__(self) -> None:
        super().__init__(_("This left the queue in the meantime."))


def holder_of(item: WorkItem, now: dt.datetime | None = None) -> tuple[User, dt.datetime | None] | None:
    """Who has the item and since when: a claim that lives, else who it is assigned to (without a time)."""
    if item.claimed_by is not None and item.claimed_at and item.claimed_at > (now or timezone.now()) - CLAIM_LIFE:
        return item.claimed_by, item.claimed_at
    return (item.assigned_to, None) if item.assigned_to is not None else None


def lock(item: WorkItem) -> WorkItem:
    """Lock an item's row and read it again.

    Without a join to who has it: a row that changed while its lock was waited for would come back with the new
    claimant's id and the empty user row of before, and look free.
    """
    return WorkItem.objects.select_for_update().get(pk=item.pk)


@transaction.atomic
def claim(*, item: WorkItem, user: User, take_over: bool = False) -> WorkItem:
    """Make the item the user's. Of two who claim at once one gets it; raises ClaimedByAnother for the other.

    Also raises LeftAlready for an item that is done, NotForYou for somebody who had a part in it. A claim older than
    CLAIM_LIFE has lapsed; claiming again renews one's own. `take_over` claims in spite of a living claim or an
    assignment; who loses it is told when they next act.
    """
    locked = lock(item)
    if locked.left_at is not None:
        raise LeftAlready
    if user.pk in locked.not_for:
        raise NotForYou
    now = timezone.now()
    holder = holder_of(locked, now)
    if holder is not None and holder[0] != user and not take_over:
        raise ClaimedByAnother(*holder)
    return _take(locked, user, now, holder[0] if holder is not None and holder[0] != user else None)


def _take(item: WorkItem, user: User, now: dt.datetime, loser: User | None = None) -> WorkItem:
    """Write a claim on a locked item; renewing one's own is no event."""
    renewed = item.claimed_by_id == user.pk and item.claimed_at is not None and item.claimed_at > now - CLAIM_LIFE
    item.claimed_by, item.claimed_at = user, now
    if loser is not None:
        item.assigned_to = None
        Handover.objects.create(item=item, lost_by=loser, taken_by=user, at=now)
    item.save(update_fields=["claimed_by", "claimed_at", "assigned_to"])
    if not renewed:
        kind = WorkEvent.Kind.TAKEN_OVER if loser else WorkEvent.Kind.CLAIMED
        WorkEvent.objects.create(item=item, kind=kind, actor=user, other=loser, at=now)
    return item


def skills_of(user: User) -> Q:
    """Items whose skill the user has, or that ask for none, or for one that nobody was given yet."""
    theirs = OperatorSkill.objects.filter(user=user).values("skill")
    given = OperatorSkill.objects.filter(user__is_active=True).values("skill")
    return Q(skill="") | Q(skill__in=theirs) | ~Q(skill__in=given)


def free_for(user: User, queue: str, now: dt.datetime) -> QuerySet[WorkItem]:
    """What waits in a queue that nobody else has and this user may work on, the riskiest and oldest first."""
    lapsed = Q(claimed_by__isnull=True) | Q(claimed_at__lte=now - CLAIM_LIFE) | Q(claimed_by=user)
    assigned = Q(assigned_to__isnull=True) | Q(assigned_to=user)
    waiting = WorkItem.objects.filter(queue=queue, left_at__isnull=True, entered_at__lte=now)
    return waiting.filter(lapsed, assigned).exclude(not_for__contains=[user.pk]).order_by("-risk", "entered_at", "id")


@transaction.atomic
def next_for(user: User, queue: str, now: dt.datetime | None = None, without: Iterable[int] = ()) -> WorkItem | None:
    """Claim the next item of a queue for somebody: what they hold already, what they were assigned, then by risk and
    age what fits their skills. None when nothing is free.

    Items that others are claiming at this very moment are skipped, so twenty people at once get twenty items.
    `without`: ids of items that the user does not want now.
    """
    now = now or timezone.now()
    free = free_for(user, queue, now).select_for_update(skip_locked=True, of=("self",))
    if skipped := list(without):
        free = free.exclude(pk__in=skipped)
    for choice in (
        free.filter(claimed_by=user, claimed_at__gt=now - CLAIM_LIFE),
        free.filter(assigned_to=user),
        free.filter(skills_of(user), assigned_to__isnull=True),
    ):
        item = choice.first()
        if item is not None:
            return _take(item, user, now)
    return None


@transaction.atomic
def release(*, item: WorkItem, user: User, reason: str = "") -> bool:
    """Give an item back, claim and assignment; only the one who has it can. Returns whether they had it.

    `reason`: why, for who gets it next; its history keeps it.
    """
    locked = lock(item)
    if locked.left_at is not None or user.pk not in (locked.claimed_by_id, locked.assigned_to_id):
        return False
    _release([locked], user, reason)
    return True


@transaction.atomic
def release_all(*, user: User, queue: str | None = None) -> int:
    """Give back everything somebody holds, in one queue or in all; return how many items."""
    theirs = WorkItem.objects.filter(Q(claimed_by=user) | Q(assigned_to=user), left_at__isnull=True)
    if queue is not None:
        theirs = theirs.filter(queue=queue)
    items = list(theirs.select_for_update(of=("self",)).order_by("id"))
    _release(items, user)
    return len(items)


def _release(items: list[WorkItem], user: User, reason: str = "") -> None:
    detail = {"reason": reason} if reason else {}
    for item in items:
        if item.claimed_by_id == user.pk:
            item.claimed_by = item.claimed_at = None
        if item.assigned_to_id == user.pk:
            item.assigned_to = None
    WorkItem.objects.bulk_update(items, ["claimed_by", "claimed_at", "assigned_to"], batch_size=1000)
    WorkEvent.objects.bulk_create(
        WorkEvent(item=item, kind=WorkEvent.Kind.RELEASED, actor=user, detail=detail) for item in items
    )


@transaction.atomic
def bar(*, item: WorkItem, user: User) -> None:
    """Keep somebody away from an item from now on, because they had a part in it; a claim of theirs ends."""
    locked = lock(item)
    if user.pk not in locked.not_for:
        locked.not_for = sorted([*locked.not_for, user.pk])
        locked.save(update_fields=["not_for"])
    if user.pk in (locked.claimed_by_id, locked.assigned_to_id):
        _release([locked], user)


@transaction.atomic
def hand_back(*, item: WorkItem, to: User, by: User) -> None:
    """Give an item back to somebody who was kept away from it: their part in it does not count any more."""
    locked = lock(item)
    locked.not_for = [pk for pk in locked.not_for if pk != to.pk]
    locked.claimed_by = locked.claimed_at = None
    locked.assigned_to = to
    locked.save(update_fields=["not_for", "claimed_by", "claimed_at", "assigned_to"])
    WorkEvent.objects.create(item=locked, kind=WorkEvent.Kind.ASSIGNED, actor=by, other=to)


@transaction.atomic
def news_for(user: User) -> list[Handover]:
    """What others took over from the user since they last looked; each is handed out once."""
    untold = Handover.objects.filter(lost_by=user, told_at__isnull=True)
    news = list(untold.select_for_update(of=("self",), skip_locked=True).select_related("item", "taken_by"))
    if news:
        Handover.objects.filter(pk__in=[each.pk for each in news]).update(told_at=timezone.now())
    return news
