"""Does the registered scope cover what will be sold, and who else is there already."""

import re
import unicodedata

from merchants.checks.verdict import Facts, Relative, Verdict, fail, ok, unsure

#: "不含食品", "(除食品外)", "except food": the scope says that something is not covered.
_EXCLUSIONS = (
    re.compile(r"(?:不含|不包括|不得(?:从事|经营|销售)|除)[^。；;，,、)）]*"),
    re.compile(r"(?:except|excluding|not including|without)\b[^.;,)]*"),
)


def scope(facts: Facts) -> Verdict:
    """The business scope names the category, by the word lists of the policy; in doubt a person reads it."""
    if facts.is_individual:
        return ok("scope.not_needed")
    text = unicodedata.normalize("NFKC", facts.scope).lower()
    if not text.strip():
        return fail("scope.empty")
    words = facts.policy.scope_words.get(facts.category)  # type: ignore[call-overload]
    if words is None:
        return unsure("scope.no_words")
    excluded = " ".join(match for pattern in _EXCLUSIONS for match in pattern.findall(text))
    remaining = text
    for pattern in _EXCLUSIONS:
        remaining = pattern.sub(" ", remaining)
    found = next((word for word in words.covers if word.lower() in remaining), None)
    if found:
        return ok("scope.covers", word=found.strip())
    ruled_out = next((word for word in words.covers if word.lower() in excluded), None)
    if ruled_out:
        return fail("scope.excluded", word=ruled_out.strip())
    likely = next((word for word in words.hints if word.lower() in remaining), None)
    if likely:
        return unsure("scope.likely", word=likely.strip())
    return unsure("scope.not_named")


def duplicates(facts: Facts) -> Verdict:
    """Nobody else applies or sells with the same credit code (or ID, for individuals), phone, bank account or device,
    or under a name that is much alike."""
    standing = [each for each in facts.relatives if not each.closed]
    same_code = [each for each in standing if "uscc" in each.shared]
    if same_code:
        return fail("duplicates.shop" if same_code[0].is_shop else "duplicates.application", name=same_code[0].name)
    same_person = [each for each in standing if "person" in each.shared]
    if same_person and facts.is_individual:
        return fail("duplicates.person", name=same_person[0].name)
    for what in ("phone", "bank", "device"):
        if same := [each for each in standing if what in each.shared]:
            return unsure(f"duplicates.{what}", name=same[0].name, count=len(same))
    similar = [each for each in standing if "name" in each.shared]
    if similar:
        closest = max(similar, key=lambda each: each.alike)
        return unsure("duplicates.name", name=closest.name, alike=closest.alike, count=len(similar))
    return ok("duplicates.none")


def related(facts: Facts) -> Verdict:
    """No shop that shares something with this one was closed. A similar name alone relates nobody."""
    relatives: list[Relative] = [each for each in facts.relatives if each.shared != ("name",)]
    closed = [each for each in relatives if each.closed and each.is_shop]
    if closed:
        return fail("related.closed", name=closed[0].name, shared=list(closed[0].shared))
    suspended = [each for each in relatives if each.suspended]
    if suspended:
        return unsure("related.suspended", name=suspended[0].name, shared=list(suspended[0].shared))
    others = [each for each in relatives if each.is_shop]
    if others:
        return ok("related.good", count=len(others))
    return ok("related.none")
