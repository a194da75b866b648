"""Documents: all there, valid long enough, in the right name."""

import datetime as dt
from collections.abc import Iterator

from merchants.checks import names as spelling
from merchants.checks.identity import compact, registered
from merchants.checks.verdict import Facts, Paper, Verdict, fail, ok, unsure

LICENCE = "business_licence"
ORGANISATION_CODE = "organisation_code_certificate"
TAX_REGISTRATION = "tax_registration"


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
    """Return a name for comparison, see `names.plain`."""
    return spelling.plain(name)


def names(facts: Facts) -> Verdict:
    """The name (and on the licence the credit code) in the form, on the documents and as a machine read it are the
    same, spelling aside. Nearly the same is left to a person."""
    licence = next((paper for paper in facts.papers if paper.type == LICENCE), None)
    worst: Verdict | None = None
    for types, theirs in _company_names(facts):
        likeness = spelling.compared(facts.legal_name, theirs, facts.policy.names.near)
        if likeness == "different":
            return fail("names.differ", documents=types, form=facts.legal_name, document=theirs)
        if likeness == "near" and worst is None:
            worst = _nearly(facts.legal_name, theirs, types)
    if licence and licence.number and compact(licence.number) != compact(facts.uscc):
        return fail("names.code_differs", documents=[LICENCE], form=compact(facts.uscc), document=licence.number)
    return worst or _names_in_doubt(facts)


def _company_names(facts: Facts) -> Iterator[tuple[list[str], str]]:
    """What stands for the company's name elsewhere, with the types of document it stands on."""
    for paper in facts.papers:
        kind = facts.policy.documents.get(paper.type)
        if kind and kind.holder == "company" and paper.holder:
            yield [paper.type], paper.holder
    if read := facts.reading.get("legal_name"):
        yield [LICENCE], read


def _nearly(form: str, document: str, types: list[str]) -> Verdict:
    stretch = spelling.difference(spelling.plain(form), spelling.plain(document))
    return unsure("names.near", documents=types, form=form, document=document, ours=stretch.ours, theirs=stretch.theirs)


def _names_in_doubt(facts: Facts) -> Verdict:
    if facts.shop_type == "flagship":
        for paper in facts.papers:
            kind = facts.policy.documents.get(paper.type)
            is_owners = bool(kind and kind.holder == "brand_owner" and paper.holder)
            if is_owners and plain_name(paper.holder) != plain_name(facts.legal_name):
                return unsure("names.brand_owner", documents=[paper.type], document=paper.holder)
    if not any(_company_names(facts)):
        return ok("names.nothing_to_compare") if facts.is_individual else unsure("names.not_typed")
    return ok("names.equal")


def certificates(facts: Facts) -> Verdict:
    """The certificates of before the merger (organisation code, tax registration) follow from the merged licence; where
    an old entity brings its own, they have to agree with it."""
    if facts.is_individual:
        return ok("certificates.not_needed")
    code = compact(facts.uscc)
    merged = registered(code)
    organisation = code[8:17] if merged else ""
    brought = {paper.type: compact(paper.number) for paper in facts.papers if paper.number}
    theirs = brought.get(ORGANISATION_CODE, "")
    if organisation and theirs and theirs != organisation:
        return fail(
            "certificates.organisation",
            documents=[ORGANISATION_CODE],
            form=merged and merged.organisation,
            document=theirs,
        )
    tax = brought.get(TAX_REGISTRATION, "")
    # A tax registration number of the old form: the place (6 digits) and the organisation code.
    if organisation and tax and tax != code and tax[-9:] != organisation:
        return fail("certificates.taxpayer", documents=[TAX_REGISTRATION], form=code, document=tax)
    if merged:
        return ok("certificates.derived", organisation=merged.organisation, taxpayer=merged.taxpayer)
    if len(code) == 15:
        lacking = [each for each in (ORGANISATION_CODE, TAX_REGISTRATION) if each not in brought]
        if lacking:
            return fail("certificates.missing", documents=lacking)
        if theirs and tax[-9:] != theirs:
            return fail("certificates.disagree", documents=[TAX_REGISTRATION], form=theirs, document=tax)
        return unsure("certificates.old")
    return unsure("certificates.unknown")
