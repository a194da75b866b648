"""The chain of brand authorisations: from the owner of the mark to the company, link by link."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from merchants.checks import names as spelling
from merchants.checks.verdict import Facts, Paper, Verdict, fail, ok, unsure

MARK, AUTHORISATION = "trade_mark", "brand_authorisation"

#: So far a chain is followed (policies allow no more), and so many ways: papers that name each other in circles end.
DEPTH = 10
_WAYS = 2000

Problem = Literal["", "open", "no_mark", "too_long", "expired", "not_yet", "outside", "short"]
#: How bad: the first of several is told.
_ORDER: tuple[Problem, ...] = ("open", "too_long", "expired", "not_yet", "outside", "no_mark", "short", "")


@dataclass(frozen=True)
class Link:
    """One authorisation: `grantor` lets `holder` sell, from `start` to `end` (None: not told, no end)."""

    grantor: str
    holder: str
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True)
class Chain:
    """What was found for one brand. `links` go from the owner (or from where it breaks) to the company.

    `problem` "": it holds. "open": `at` got no right from anybody that the papers show; "no_mark": nothing shows that
    `at` owns the mark; the others speak of the link whose holder is `at`, `day` says since or until when.
    """

    links: tuple[Link, ...]
    problem: Problem = ""
    at: str = ""
    day: dt.date | None = None

    @property
    def level(self) -> int:
        """How many authorisations lie between the owner and the company."""
        return len(self.links)


def chain(
    *,
    company: str,
    owners: Iterable[str],
    links: Sequence[Link],
    levels: int,
    valid_days: int,
    today: dt.date,
) -> Chain:
    """Follow authorisations of one brand from the company up to an owner of the mark; return the best chain there is.

    The best is one without a problem, else the one with the mildest, the shortest first. Names are compared without
    spelling. Every link must be in force today and for `valid_days` more, and lie within its parent's time.
    """
    owning = {spelling.plain(owner) for owner in owners if owner}
    by_holder: dict[str, list[Link]] = {}
    for link in links:
        by_holder.setdefault(spelling.plain(link.holder), []).append(link)
    found: list[Chain] = []
    ways: deque[tuple[str, tuple[Link, ...]]] = deque([(company, ())])
    while ways and len(found) < _WAYS:
        name, way = ways.popleft()
        key = spelling.plain(name)
        if key in owning:
            found.append(_judged(way, levels, valid_days, today))
            continue
        passed = {spelling.plain(link.holder) for link in way} | {key}
        above = [link for link in by_holder.get(key, ()) if spelling.plain(link.grantor) not in passed]
        if above and len(way) <= DEPTH and len(ways) < _WAYS:
            ways.extend((link.grantor, (link, *way)) for link in above)
        elif way and not owning:
            judged = _judged(way, levels, valid_days, today)
            at_least = _ORDER.index(judged.problem) < _ORDER.index("no_mark")
            found.append(judged if at_least else Chain(way, "no_mark", name))
        else:
            found.append(Chain(way, "open", name))
    return max(found, key=_goodness)


def _goodness(found: Chain) -> tuple[int, int]:
    """The milder the problem the better; then the shorter, but of broken chains the one that reaches further."""
    return _ORDER.index(found.problem), found.level if found.problem == "open" else -found.level


def _judged(way: tuple[Link, ...], levels: int, valid_days: int, today: dt.date) -> Chain:
    """The chain with its worst problem."""
    problems: list[Chain] = []
    if len(way) > levels:
        problems.append(Chain(way, "too_long", way[-1].holder))
    for at, link in enumerate(way):
        if link.end and link.end < today:
            problems.append(Chain(way, "expired", link.holder, link.end))
        elif link.start and link.start > today:
            problems.append(Chain(way, "not_yet", link.holder, link.start))
        elif link.end and (link.end - today).days < valid_days:
            problems.append(Chain(way, "short", link.holder, link.end))
        if at and _is_outside(link, way[at - 1]):
            problems.append(Chain(way, "outside", link.holder, way[at - 1].end))
    return min(problems, key=lambda each: _ORDER.index(each.problem)) if problems else Chain(way)


def _is_outside(link: Link, parent: Link) -> bool:
    """Whether a link begins before its parent or outlasts it."""
    if parent.end and (link.end is None or link.end > parent.end):
        return True
    return bool(link.start and parent.start and link.start < parent.start)


def brand_chain(facts: Facts) -> Verdict:
    """Every brand has an unbroken chain of authorisations, no longer than the policy allows for the type of shop."""
    rule = facts.policy.brand_rule(facts.shop_type, facts.category)
    if rule is None:
        return ok("brand_chain.not_needed")
    marks = [paper for paper in facts.papers if paper.type == MARK]
    grants = [paper for paper in facts.papers if paper.type == AUTHORISATION]
    if not marks and not grants:
        return fail("brand_chain.nothing", documents=[AUTHORISATION])
    untyped = [each for each in grants if not each.grantor or not each.holder]
    verdicts = [_of_brand(facts, brand, marks, grants) for brand in _brands(facts, marks, grants)]
    worst = min(verdicts, key=lambda each: ("fail", "unsure", "pass").index(each.outcome))
    if untyped and worst.outcome != "pass":
        # What nobody typed cannot be followed; a person reads the papers.
        return unsure("brand_chain.not_typed", documents=[AUTHORISATION])
    return worst


def _brands(facts: Facts, marks: list[Paper], grants: list[Paper]) -> list[str]:
    """The brands that need a chain: the shop's own one, or all that papers name; "" for papers that name none."""
    if facts.brand:
        return [facts.brand]
    return list({spelling.plain(paper.brand): paper.brand for paper in (*marks, *grants)}.values())


def _of(brand: str, papers: list[Paper]) -> list[Paper]:
    """The papers of a brand; one that names no brand is taken for it."""
    return [paper for paper in papers if not paper.brand or _same_brand(paper.brand, brand)]


def _same_brand(one: str, other: str) -> bool:
    ours, theirs = spelling.plain(one), spelling.plain(other)
    return not theirs or ours == theirs or ours in theirs or theirs in ours


def _of_brand(facts: Facts, brand: str, marks: list[Paper], grants: list[Paper]) -> Verdict:
    rule = facts.policy.brand_rule(facts.shop_type, facts.category)
    assert rule is not None
    kind = facts.policy.documents.get(AUTHORISATION)
    found = chain(
        company=facts.legal_name,
        owners=[paper.holder for paper in _of(brand, marks)],
        links=[
            Link(paper.grantor, paper.holder, paper.issued_on, paper.expires_on)
            for paper in _of(brand, grants)
            if paper.grantor and paper.holder
        ],
        levels=rule.levels,
        valid_days=kind.valid_days if kind else 0,
        today=facts.today,
    )
    said = {"brand": brand, "name": found.at, "levels": found.level}
    named = {"documents": [AUTHORISATION], **said}
    day = {"date": str(found.day)} if found.day else {}
    if found.problem == "too_long":
        return fail("brand_chain.too_long", **named, allowed=rule.levels)
    if found.problem in ("open", "expired", "not_yet"):
        return fail(f"brand_chain.{found.problem}", **named, **day)
    if found.problem == "outside":
        return fail("brand_chain.outside" if found.day else "brand_chain.earlier", **named, **day)
    if found.problem == "no_mark":
        return unsure("brand_chain.no_mark", **{**named, "documents": [AUTHORISATION, MARK]})
    if found.problem == "short":
        return unsure("brand_chain.short", **named, **day)
    if not found.level:
        return ok("brand_chain.own", **said)
    if rule.exclusive:
        return unsure("brand_chain.exclusive", **named, owner=found.links[0].grantor)
    return ok("brand_chain.whole", **said, owner=found.links[0].grantor)
