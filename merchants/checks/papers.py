"""Documents: all there, valid long enough, in the right name."""

import datetime as dt
import unicodedata

from merchants.checks.identity import compact
from merchants.checks.verdict import Facts, Paper, Verdict, fail, ok, unsure

LICENCE = "business_licence"


def missing(facts: Facts) -> list[str]:
    """The types of document that the checklist asks for and that are not there."""
    have = {paper.type for paper in facts.papers}
    return [
        requirement.main
        for requirement in facts.policy.requirements(facts.shop_type, facts.category)
        if have.isdisjoint(requirement.types)
    ]


def documents(facts: Facts) -> Verdict:
    """Everything of the checklist of shop type × category was uploaded."""
    if lacking := missing(facts):
        return fail("documents.missing", documents=lacking)
    return ok("documents.complete", count=len(facts.papers))


def validity(facts: Facts) -> Verdict:
    """No document has run out, runs out too soon, or is older than its type allows. The earliest problem is told."""
    expired = [paper for paper in facts.papers if paper.expires_on and paper.expires_on < facts.today]
    if expired:
        worst = min(expired, key=lambda paper: paper.expires_on or facts.today)
        return fail("validity.expired", documents=_types(expired), date=str(worst.expires_on))
    stale = [paper for paper in facts.papers if _is_stale(paper, facts)]
    if stale:
        return fail("validity.too_old", documents=_types(stale), date=str(stale[0].issued_on))
    future = [paper for paper in facts.papers if paper.issued_on and paper.issued_on > facts.today]
    if future:
        return fail("validity.future", documents=_types(future), date=str(future[0].issued_on))
    short = [paper for paper in facts.papers if _is_short(paper, facts)]
    if short:
        worst = min(short, key=lambda paper: paper.expires_on or facts.today)
        return unsure("validity.short", documents=_types(short), date=str(worst.expires_on))
    ends = sorted(paper.expires_on for paper in facts.papers if paper.expires_on)
    return ok("validity.until", date=str(ends[0])) if ends else ok("validity.no_end")


def _types(papers: list[Paper]) -> list[str]:
    return list(dict.fromkeys(paper.type for paper in papers))


def _is_stale(paper: Paper, facts: Facts) -> bool:
    kind = facts.policy.documents.get(paper.type)
    if not kind or not kind.max_age_days or not paper.issued_on:
        return False
    return facts.today - paper.issued_on > dt.timedelta(days=kind.max_age_days)


def _is_short(paper: Paper, facts: Facts) -> bool:
    kind = facts.policy.documents.get(paper.type)
    if not kind or not kind.valid_days or not paper.expires_on:
        return False
    return paper.expires_on - facts.today < dt.timedelta(days=kind.valid_days)


def plain_name(name: str) -> str:
    """Return a name for comparison: no spaces, one width of characters and brackets, capitals."""
    folded = unicodedata.normalize("NFKC", name).upper()
    return "".join(character for character in folded if not character.isspace())


def names(facts: Facts) -> Verdict:
    """The name (and on the licence the credit code) in the form and on the documents are the same, spelling aside."""
    differing, doubtful = [], []
    ours = plain_name(facts.legal_name)
    for paper in facts.papers:
        kind = facts.policy.documents.get(paper.type)
        if not kind or not paper.holder or plain_name(paper.holder) == ours:
            continue
        if kind.holder == "company":
            differing.append(paper)
        elif kind.holder == "brand_owner" and facts.shop_type == "flagship":
            doubtful.append(paper)
    if differing:
        return fail("names.differ", documents=_types(differing), form=facts.legal_name, document=differing[0].holder)
    licence = next((paper for paper in facts.papers if paper.type == LICENCE), None)
    if licence and licence.number and compact(licence.number) != compact(facts.uscc):
        return fail("names.code_differs", documents=[LICENCE], form=compact(facts.uscc), document=licence.number)
    if doubtful:
        return unsure("names.brand_owner", documents=_types(doubtful), document=doubtful[0].holder)
    if not any(paper.holder for paper in facts.papers):
        return ok("names.nothing_to_compare") if facts.is_individual else unsure("names.not_typed")
    return ok("names.equal")
