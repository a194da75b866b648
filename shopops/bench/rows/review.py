"""`review-list` and `review-next`: the reviewers' pages with a million applications waiting, against ten thousand."""

import datetime as dt
import functools
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.core.management import call_command
from django.db import connection, models, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from merchants import policy
from merchants.checks.words import LABELS
from merchants.models import Application, Category, CheckResult, ShopType
from merchants.services.queueing import QUEUE, enter_queue
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.bench.registry import row
from shopops.bench.rows.notices import people
from shopops.work.models import WorkItem, WorkReason
from shopops.work.queues import CLAIM_LIFE

SIZES = {"few": 10_000, "many": 1_000_000, "requests": 60}
#: The best of so many passes: what else runs on the machine disturbs single ones.
PASSES = 3
#: So long ago the oldest was submitted.
SPREAD = dt.timedelta(days=20)


@row("review-list", goal=1.3, better="lower", sizes=SIZES)
def review_list(sizes: Mapping[str, int]) -> float:
    """The list of what waits (first, deep, filtered, searched) and a case: p95 with many, against p95 with few."""
    found = _measured(sizes["few"], sizes["many"], sizes["requests"])
    return max(ratio for name, ratio in found.items() if name != "next")


@row("review-next", goal=1.3, better="lower", sizes=SIZES)
def review_next(sizes: Mapping[str, int]) -> float:
    """Claiming the next case and opening it: p95 with many waiting, against p95 with few."""
    return _measured(sizes["few"], sizes["many"], sizes["requests"])["next"]


@functools.cache
def _measured(few: int, many: int, requests: int) -> dict[str, float]:
    """The ratio of the p95 of every page, told on the way; RuntimeError when one needs more queries with many."""
    small, large = _pages(few, requests), _pages(many, requests)
    ratios = {}
    for name, (before, before_queries) in small.items():
        after, after_queries = large[name]
        if after_queries != before_queries:
            raise RuntimeError(f"{name}: {before_queries} queries with {few}, {after_queries} with {many}.")
        ratios[name] = after / before
        sys.stdout.write(f"  {name}: p95 {before * 1000:.0f} → {after * 1000:.0f} ms, {after_queries} queries\n")
    return ratios


@override_settings(MFA_REQUIRED_FOR_OPERATORS=False, ALLOWED_HOSTS=["*"], DEBUG=False)
def _pages(waiting: int, requests: int) -> dict[str, tuple[float, int]]:
    """Seconds (p95) and queries of each page while so many applications wait."""
    _fill(waiting)
    reviewer = User.objects.create_user("reviewer@example.com", name="R", is_staff=True, roles=[Role.REVIEWER])
    client = Client()
    client.force_login(reviewer)
    draw = random.Random(7)  # noqa: S311 which pages are opened is no secret
    listing = reverse("review:queue")
    names = list(Application.objects.order_by("pk").values_list("number", flat=True)[: waiting // 2 : waiting // 200])

    def case() -> str:
        return reverse("review:case", args=[draw.randrange(*_ids(Application))])

    addresses: dict[str, Callable[[], str]] = {
        "first": lambda: listing,
        "deep": lambda: f"{listing}?cursor={_cursor(draw)}",
        "category": lambda: f"{listing}?category={draw.choice(Category.values)}",
        "failed": lambda: f"{listing}?checks=fail",
        "search": lambda: f"{listing}?q={draw.choice(names)}",
        "case": case,
    }
    found = {name: _p95(client, address, requests) for name, address in addresses.items()}
    found["next"] = _p95_of_next(client, reviewer, requests)
    return found


def _p95(client: Client, address: Callable[[], str], requests: int) -> tuple[float, int]:
    client.get(address())
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        client.get(address())
    count = len(queries)  # now: the next request forgets them
    return min(_percentile(_seconds(client, address, requests)) for _pass in range(PASSES)), count


def _seconds(client: Client, address: Callable[[], str], requests: int) -> Iterator[float]:
    for _number in range(requests):
        path = address()
        begin = time.perf_counter()
        response = client.get(path)
        yield time.perf_counter() - begin
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")


def _p95_of_next(client: Client, reviewer: User, requests: int) -> tuple[float, int]:
    """Each claimed case goes to a colleague, so that every request has to find a new one."""
    colleague = User.objects.exclude(pk=reviewer.pk).earliest("pk")

    def claim() -> float:
        begin = time.perf_counter()
        client.get(client.get(reverse("review:next"))["Location"])
        seconds = time.perf_counter() - begin
        WorkItem.objects.filter(claimed_by=reviewer).update(claimed_by=colleague)
        return seconds

    WorkItem.objects.filter(claimed_by=reviewer).update(claimed_at=timezone.now() - 2 * CLAIM_LIFE)
    claim()
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        claim()
    count = len(queries) - 1  # without the one of `claim` itself
    return min(_percentile(claim() for _number in range(requests)) for _pass in range(PASSES)), count


def _percentile(seconds: Iterator[float], share: float = 0.95) -> float:
    measured = sorted(seconds)
    return measured[int(len(measured) * share) - 1]


def _ids(model: type[models.Model]) -> tuple[int, int]:
    ids = model._default_manager.aggregate(first=models.Min("pk"), last=models.Max("pk"))
    return ids["first"], ids["last"] + 1


def _cursor(draw: random.Random) -> str:
    """The key of any item in the queue."""
    item = WorkItem.objects.filter(queue=QUEUE, pk__gte=draw.randrange(*_ids(WorkItem))).order_by("pk")[0]
    return f"{item.risk}_{item.entered_at.isoformat().replace('+', '%2B')}_{item.pk}"


def _fill(count: int) -> None:
    """So many applications wait, and nothing else: written set-based from one that went through the queue."""
    people(max(1000, count // 4))
    call_command("load_policies", verbosity=0)
    first, _last = _ids(User)
    now = timezone.now()
    version, body = policy.active()
    one = Application.objects.create(
        number="A-0000-0000", applicant_id=first, state="submitted", shop_name="N", legal_name="N", uscc="0",
        shop_type=ShopType.MULTI_BRAND, category=Category.SPORTS, submissions=1, submitted_at=now, channel="organic",
        policy_version=version,
    )  # fmt: skip
    item = enter_queue(one)
    categories = [each for each in Category.values if each not in body.high_risk_categories]
    risky = list(body.high_risk_categories)
    with connection.cursor() as cursor:
        _copy(cursor, Application, one.pk, count, {
            "number": "'A-' || lpad((n / 10000)::text, 4, '0') || '-' || lpad((n %% 10000)::text, 4, '0')",
            "applicant_id": f"{first} + n %% {max(1000, count // 4)}",
            "shop_name": "substr(md5('s' || n), 1, 12)", "legal_name": "substr(md5('l' || n), 1, 16)",
            "uscc": "lpad(n::text, 18, '0')", "shop_type": _pick(ShopType.values, "n"),
            "category": f"CASE WHEN n %% 5 = 0 THEN {_pick(risky, 'n')} ELSE {_pick(categories, 'n')} END",
            "needs_second_person": "n %% 5 = 0", "submitted_at": f"now() - interval '{SPREAD}' * (n / {count}.0)",
            "id_digest": "md5('i' || n)", "phone_digest": "md5('p' || n)", "bank_digest": "md5('b' || n)",
            "channel": _pick(["organic", "partner", "fair"], "n"),
        })  # fmt: skip
        table, results = Application._meta.db_table, CheckResult._meta.db_table
        for number, code in enumerate(list(LABELS)[:3]):
            cursor.execute(f"""
                INSERT INTO {results} (application_id, submission, code, outcome, evidence, params, run_at)
                SELECT id, 1, %s, CASE WHEN id %% 7 = {number} THEN 'fail' WHEN id %% 11 = {number} THEN 'unsure'
                       ELSE 'pass' END, '', '{{}}', now() FROM {table}
                """, [code])  # fmt: skip # noqa: S608 names of the models
        items = WorkItem._meta.db_table
        columns = _columns(WorkItem)
        values = {
            "object_id": "a.id", "label": "a.shop_name", "entered_at": "a.submitted_at",
            "started_at": "a.submitted_at",
            "risk": "CASE WHEN a.needs_second_person THEN 3 WHEN a.id %% 7 < 3 THEN 2 ELSE 1 END",
            "not_for": "ARRAY[a.applicant_id]", "topic": "a.category",
        }  # fmt: skip
        chosen = ", ".join(values.get(name, f"w.{name}") for name in columns)
        cursor.execute(
            f"INSERT INTO {items} ({', '.join(columns)}) SELECT {chosen} FROM {items} w, {table} a "  # noqa: S608
            "WHERE w.id = %s AND a.id <> %s",
            [item.pk, one.pk],
        )
        cursor.execute(
            f"INSERT INTO {WorkReason._meta.db_table} (item_id, code, words, detail, added_at) "  # noqa: S608
            f"""SELECT id, 'new', '{{"en": "New application"}}', '{{}}', now() FROM {items} WHERE id <> %s""",
            [item.pk],
        )
        for name in (table, results, items, WorkReason._meta.db_table):
            cursor.execute(f"VACUUM ANALYZE {name}")


def _copy(cursor: object, model: type[models.Model], pk: int, count: int, values: Mapping[str, str]) -> None:
    """Copy a row `count` times with some columns computed from the number `n`."""
    columns = _columns(model)
    table = model._meta.db_table
    chosen = ", ".join(values.get(name, name) for name in columns)
    cursor.execute(  # type: ignore[attr-defined]
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} "  # noqa: S608 names of the model
        f"FROM {table} CROSS JOIN generate_series(1, {count - 1}) AS n WHERE id = %s",
        [pk],
    )


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]


def _pick(values: Sequence[str], number: str) -> str:
    """SQL for one of some values by a number."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + {number} %% {len(values)}]"
