"""The reviewers' list of what waits: narrowed, searched, in pages by key, with what its columns say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from merchants import batches
from merchants.checks import words
from merchants.models import Application, Category, CheckResult, ShopType
from merchants.services.queueing import QUEUE
from shopops.accounts.models import User
from shopops.work.models import Risk, WorkItem
from shopops.work.queues import CLAIM_LIFE
from shopops.work.selectors import Row, page, waiting
from shopops.work.sla import Clocks

PAGE = 50
#: Counting stops here: how many more there are helps nobody, and costs what the list is long.
COUNT_TO = 1000

CHECKS = {"fail": _("A check failed"), "unsure": _("Unsure, none failed"), "pass": _("All passed")}
HELD = {"mine": _("Mine"), "nobody": _("Nobody's")}

_NUMBER = re.compile(r"[A-Z]-\d*(-\d*)?")
_CODE = re.compile(r"[0-9A-Z]{18}")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values do not narrow. `held`: "mine", "nobody" or a person's id."""

    q: str = ""
    shop_type: str = ""
    category: str = ""
    risk: str = ""
    checks: str = ""
    held: str = ""
    channel: str = ""
    second: bool = False
    overdue: bool = False

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filters":
        """From the address; words that it does not know do not narrow."""

        def one_of(name: str, known: object) -> str:
            value = values.get(name, "")
            return value if value in known else ""  # type: ignore[operator]

        held = values.get("held", "")
        return cls(
            q=values.get("q", "").replace("\0", "").strip()[:100],
            shop_type=one_of("shop_type", ShopType.values),
            category=one_of("category", Category.values),
            risk=one_of("risk", [str(value) for value in Risk.values]),
            checks=one_of("checks", CHECKS),
            held=held if held in HELD or (held.isdecimal() and len(held) < 19) else "",
            channel=values.get("channel", "").replace("\0", "")[:40],
            second=values.get("second") == "1",
            overdue=values.get("overdue") == "1",
        )

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Filters()

    def apply(self, items: QuerySet[WorkItem], user: User, clocks: Clocks) -> QuerySet[WorkItem]:
        """Narrow the queue."""
        if self.risk:
            items = items.filter(risk=int(self.risk))
        if self.category:
            items = items.filter(topic=self.category)
        if self.q:
            items = items.filter(
                content_type=ContentType.objects.get_for_model(Application), object_id__in=_found(self.q)
            )
        if self.overdue:
            items = items.filter(clocks.overdue())
        if self.held:
            items = items.filter(self._holder(user, clocks))
        condition = self._application()
        if condition is not None:
            items = items.filter(object_id__in=Application.objects.filter(condition).values("pk"))
        return items

    def _holder(self, user: User, clocks: Clocks) -> Q:
        alive = clocks.now - CLAIM_LIFE
        if self.held == "nobody":
            return (Q(claimed_by__isnull=True) | Q(claimed_at__lte=alive)) & Q(assigned_to__isnull=True)
        who = user.pk if self.held == "mine" else int(self.held)
        return Q(claimed_by=who, claimed_at__gt=alive) | Q(assigned_to=who)

    def _application(self) -> Q | None:
        """What the application must be like; None when nothing is asked of it."""
        parts = [
            Q(**{name: value})
            for name, value in (
                ("shop_type", self.shop_type),
                ("channel", self.channel),
                ("proposed_by__isnull", False if self.second else ""),
            )
            if value != ""
        ]
        if self.checks:
            parts.append(_checked(self.checks))
        return Q(*parts) if parts else None


def _found(text: str) -> list[int]:
    """The waiting applications (COUNT_TO at most) that a search means: a number or its beginning, a credit code, or a
    part of the shop's or the company's name. One or two characters are the beginning of a name: the index knows groups
    of three, and does not find two in the middle."""
    plain = text.upper()
    if _NUMBER.fullmatch(plain):
        meant = Q(number__startswith=plain)
    elif _CODE.fullmatch(plain):
        meant = Q(uscc=plain)
    else:
        pattern = re.escape(text) if len(text) > 2 else f"^{re.escape(text)}"
        meant = Q(shop_name__iregex=pattern) | Q(legal_name__iregex=pattern)
    waiting_ones = Application.objects.filter(meant, state__in=Application.WITH_REVIEW).order_by()
    return list(waiting_ones.values_list("pk", flat=True)[:COUNT_TO])


def _checked(outcome: str) -> Q:
    """By the worst that a check says about the latest submission."""
    results = CheckResult.objects.filter(application=OuterRef("pk"), submission=OuterRef("submissions"))
    fail, unsure = (Exists(results.filter(outcome=each)) for each in ("fail", "unsure"))
    if outcome == "fail":
        return Q(fail)
    return Q(unsure) & ~Q(fail) if outcome == "unsure" else Q(Exists(results)) & ~Q(fail) & ~Q(unsure)


@dataclass(frozen=True)
class Line:
    """One row of the list: the work item with who has it, its application, what its checks say."""

    row: Row
    application: Application
    failed: list[str]
    unsure: int
    ran: bool


@dataclass(frozen=True)
class Listing:
    """A page of the list. `count` stops at COUNT_TO (`more`: there are more)."""

    lines: list[Line]
    next: str | None
    count: int
    more: bool


def listing(filters: Filters, user: User, clocks: Clocks, cursor: str, size: int) -> Listing:
    """The page after a cursor, ordered by risk and age."""
    items = filters.apply(waiting(QUEUE, clocks.now), user, clocks)
    shown = page(items, clocks, cursor, size)
    applications = Application.objects.select_related("proposed_by").in_bulk([row.item.object_id for row in shown.rows])
    outcomes = batches.outcomes_of(applications.values())
    lines = [
        _line(row, applications[row.item.object_id], outcomes[row.item.object_id])
        for row in shown.rows
        if row.item.object_id in applications
    ]
    count = items.order_by()[: COUNT_TO + 1].count()
    return Listing(lines, shown.next, min(count, COUNT_TO), count > COUNT_TO)


def _line(row: Row, application: Application, outcomes: dict[str, str]) -> Line:
    failed = [str(words.label(code)) for code, outcome in outcomes.items() if outcome == "fail"]
    unsure = sum(outcome == "unsure" for outcome in outcomes.values())
    return Line(row, application, failed, unsure, bool(outcomes))
