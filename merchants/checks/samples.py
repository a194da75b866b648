"""Sample goods: judged by a person, where the policy asks for it."""

from merchants.checks.verdict import Facts, Verdict, fail, ok, unsure


def sample(facts: Facts) -> Verdict:
    """A reviewer has seen sample goods and found them right; in categories that need none, only a bad one counts."""
    if facts.sample is None:
        return unsure("sample.waiting") if facts.category in facts.policy.sample_categories else ok("sample.not_needed")
    said = {"items": facts.sample.items, "date": str(facts.sample.judged_on)}
    return ok("sample.passed", **said) if facts.sample.passed else fail("sample.failed", **said)
