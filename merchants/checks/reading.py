"""The form against what a machine read from the licence. A machine misreads, so it seldom decides alone."""

import datetime as dt

from merchants.checks import amounts, identity
from merchants.checks import names as spelling
from merchants.checks.papers import LICENCE
from merchants.checks.verdict import Facts, Verdict, fail, ok, unsure

#: Compared here; the company's name is compared by the check `names`.
FIELDS = ("uscc", "address", "legal_person", "registered_capital", "established_on", "legal_form", "scope")


def reading(facts: Facts) -> Verdict:
    """The form agrees with the licence as a machine read it, field by field.

    Only a credit code that is right by its check digits and still another one fails: no misreading makes one.
    """
    if facts.is_individual:
        return ok("reading.not_needed")
    read = {name: facts.reading[name] for name in FIELDS if facts.reading.get(name)}
    if not read:
        return unsure("reading.none")
    code = identity.compact(read.get("uscc", ""))
    if identity.is_right(code) and facts.uscc and code != identity.compact(facts.uscc):
        return fail("reading.code", documents=[LICENCE], form=identity.compact(facts.uscc), document=code)
    differing = [name for name, value in read.items() if not agrees(name, getattr(facts, name), value)]
    empty = [name for name in differing if not getattr(facts, name)]
    wrong = [name for name in differing if name not in empty]
    if wrong:
        return unsure("reading.differs", documents=[LICENCE], fields=wrong)
    compared = [name for name in read if name not in empty]
    return ok("reading.equal", fields=compared) if compared else unsure("reading.nothing", fields=empty)


def agrees(name: str, ours: object, theirs: str) -> bool:
    """Whether a field of the form says the same as a text from elsewhere, each as people write it."""
    if name == "registered_capital":
        return _same_amount(str(ours or ""), theirs)
    if name == "established_on":
        return str(ours or "") == _day(theirs)
    if name == "uscc":
        return identity.compact(str(ours or "")) == identity.compact(theirs)
    one, other = spelling.plain(str(ours or "")), spelling.plain(theirs)
    if name == "legal_form":
        # 有限责任公司(自然人独资) and 有限责任公司 are the same form, one with more to it.
        return bool(ours) and _main_form(str(ours)) == _main_form(theirs)
    if name == "scope":
        return spelling.similarity(one, other) >= 0.8
    if name == "address":
        return one == other or (bool(one) and (one.endswith(other) or other.endswith(one)))
    return one == other


def _main_form(text: str) -> str:
    """A legal form without what stands in brackets behind it."""
    return spelling.plain(spelling.width(text).partition("(")[0])


def _same_amount(ours: str, theirs: str) -> bool:
    one, other = amounts.read(ours), amounts.read(theirs)
    return one == other if one and other else spelling.plain(ours) == spelling.plain(theirs)


def _day(text: str) -> str:
    """A date as ISO when it is one, 2021年4月16日 too."""
    digits = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in digits.split("-"))
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return text.strip()
