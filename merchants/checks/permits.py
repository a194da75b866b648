"""Permits of the category: there, in force, of this company, with a number that can be one."""

import re

from merchants.checks import names as spelling
from merchants.checks.verdict import Facts, Paper, Verdict, fail, ok, unsure


def permits(facts: Facts) -> Verdict:
    """Every permit that the category asks for is there, in force, held by the company, and its number has the form that
    such numbers have. The form is a hint: a number that lacks it is left to a person."""
    wanted = facts.policy.permits(facts.shop_type, facts.category)
    if not wanted:
        return ok("permits.not_needed")
    lacking = [each.main for each in wanted if not _brought(facts, each.types)]
    if lacking:
        return fail("permits.missing", documents=lacking)
    brought = [paper for each in wanted for paper in _brought(facts, each.types)]
    problems = [verdict for paper in brought if (verdict := _problem(facts, paper))]
    problems.sort(key=lambda each: each.outcome != "fail")
    if problems:
        return problems[0]
    return ok("permits.right", documents=list(dict.fromkeys(paper.type for paper in brought)))


def _brought(facts: Facts, types: tuple[str, ...]) -> list[Paper]:
    return [paper for paper in facts.papers if paper.type in types]


def _problem(facts: Facts, paper: Paper) -> Verdict | None:
    kind = facts.policy.documents.get(paper.type)
    if kind is None:
        return None
    if paper.expires_on and paper.expires_on < facts.today:
        return fail("permits.expired", documents=[paper.type], date=str(paper.expires_on))
    if kind.holder == "company" and paper.holder and facts.legal_name:
        likeness = spelling.compared(facts.legal_name, paper.holder, facts.policy.names.near)
        if likeness != "equal":
            say = fail if likeness == "different" else unsure
            return say("permits.holder", documents=[paper.type], form=facts.legal_name, document=paper.holder)
    number = spelling.width(paper.number).replace("-", "")
    if kind.number_format and number and not _fits(kind.number_format, number, spelling.width(paper.number)):
        return unsure("permits.number", documents=[paper.type], number=paper.number)
    return None


def _fits(pattern: str, *numbers: str) -> bool:
    # Width folding made full-width brackets and digits of the pattern's own signs narrow as well.
    return any(re.fullmatch(pattern, number) for number in numbers)
