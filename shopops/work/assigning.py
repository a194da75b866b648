"""A supervisor gives work to people; the engine spreads it by load."""

import datetime as dt
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.accounts.roles import permissions_of
from shopops.work.claiming import ClaimedByAnother, LeftAlready, NotForYou, Refused, holder_of, lock
from shopops.work.models import Handover, OperatorSkill, WorkEvent, WorkItem
from shopops.work.queues import CLAIM_LIFE, Queue, queues


def people_for(queue: Queue) -> list[User]:
    """The active operators whose roles let them work on a queue, by name."""
    operators = User.objects.filter(is_active=True, is_staff=True).order_by("name", "id")
    return [user for user in operators if queue.permission in permissions_of(user.roles)]


def loads(people: Iterable[User]) -> Counter[int]:
    """How many open items each person holds in all queues: claimed and not lapsed, or assigned."""
    ids = {user.pk for user in people}
    now = timezone.now()
    claimed = Q(claimed_by__in=ids, claimed_at__gt=now - CLAIM_LIFE)
    held = WorkItem.objects.filter(claimed | Q(assigned_to__in=ids), left_at__isnull=True)
    found: Counter[int] = Counter()
    for claimed_by, claimed_at, assigned_to in held.values_list("claimed_by", "claimed_at", "assigned_to").order_by():
        living = claimed_by if claimed_at and claimed_at > now - CLAIM_LIFE else None
        found.update({holder for holder in (living, assigned_to) if holder in ids})
    return found


def finished(people: Iterable[User], days: int = 7) -> Counter[int]:
    """How many items each person brought out of their queues in the last days."""
    since = timezone.now() - dt.timedelta(days=days)
    left = WorkEvent.objects.filter(kind=WorkEvent.Kind.LEFT, actor__in=[user.pk for user in people], at__gte=since)
    return Counter(dict(left.order_by().values_list("actor").annotate(number=Count("*"))))


@transaction.atomic
def assign(*, item: WorkItem, to: User, by: User, take_over: bool = False) -> WorkItem:
    """Give an item to somebody. Raises Refused with the words: it left, they had a part in it, their roles do not allow
    it, or (without `take_over`) somebody else works on it."""
    locked = lock(item)
    if locked.left_at is not None:
        raise LeftAlready
    if to.pk in locked.not_for:
        raise NotForThem(to)
    if not (to.is_active and to.has_perm(queues.get(locked.queue).permission)):
        raise Refused(_("The roles of %(name)s do not open this queue.") % {"name": to})
    holder = holder_of(locked)
    if holder is not None and holder[0] != to:
        if not take_over:
            raise ClaimedByAnother(*holder)
        Handover.objects.create(item=locked, lost_by=holder[0], taken_by=to)
        locked.claimed_by = locked.claimed_at = None
    if locked.assigned_to_id != to.pk:
        locked.assigned_to = to
        WorkEvent.objects.create(item=locked, kind=WorkEvent.Kind.ASSIGNED, actor=by, other=to)
    locked.save(update_fields=["assigned_to", "claimed_by", "claimed_at"])
    return locked


class NotForThem(NotForYou):
    """Who it was to be given to had a part in it already."""

    def __init__(self, to: User) -> None:
        Refused.__init__(self, _("%(name)s had a part in this. It needs a second person.") % {"name": to})


@dataclass(frozen=True)
class Spread:
    """What an automatic assignment did: how many items everybody got, and how many nobody can take."""

    given: dict[int, int]
    left_over: int


@transaction.atomic
def spread(*, queue: str, by: User, people: Iterable[User] | None = None, most: int = 500) -> Spread:
    """Give up to `most` items that nobody has, the most urgent first, each to the least loaded person with the skill.

    Deterministic: of two with the same load the one with the smaller id gets it. `people` limits who is on duty.
    """
    allowed = {user.pk: user for user in people_for(queues.get(queue))}
    chosen = sorted(allowed if people is None else allowed.keys() & {user.pk for user in people})
    now = timezone.now()
    nobody = Q(claimed_by__isnull=True) | Q(claimed_at__lte=now - CLAIM_LIFE)
    waiting = WorkItem.objects.filter(
        nobody, queue=queue, left_at__isnull=True, entered_at__lte=now, assigned_to__isnull=True
    )
    items = list(waiting.order_by("-risk", "entered_at", "id").select_for_update(of=("self",), skip_locked=True)[:most])
    skilled: dict[str, set[int]] = defaultdict(set)
    for pk, skill in OperatorSkill.objects.filter(user__is_active=True).values_list("user", "skill"):
        skilled[skill].add(pk)
    load = loads(allowed[pk] for pk in chosen)
    heap = [(load[pk], pk) for pk in chosen]
    heapq.heapify(heap)
    given: Counter[int] = Counter()
    done = []
    for item in items:
        able = skilled.get(item.skill) if item.skill else None
        least = _least_loaded(heap, item, able)
        if least is not None:
            item.assigned_to_id, item.claimed_by, item.claimed_at = least, None, None
            given[least] += 1
            done.append(item)
    WorkItem.objects.bulk_update(done, ["assigned_to", "claimed_by", "claimed_at"], batch_size=1000)
    WorkEvent.objects.bulk_create(
        WorkEvent(item=item, kind=WorkEvent.Kind.ASSIGNED, actor=by, other_id=item.assigned_to_id) for item in done
    )
    return Spread(dict(given), len(items) - len(done))


def _least_loaded(heap: list[tuple[int, int]], item: WorkItem, able: set[int] | None) -> int | None:
    """Take the least loaded person who may have the item and count it to them."""
    passed = []
    found = None
    while heap:
        load, pk = heapq.heappop(heap)
        if pk not in item.not_for and (able is None or pk in able):
            found = pk
            passed.append((load + 1, pk))
            break
        passed.append((load, pk))
    for entry in passed:
        heapq.heappush(heap, entry)
    return found
