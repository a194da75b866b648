"""Automatic checks of an application: pure functions from facts to a verdict, in the order a reviewer reads them."""

from collections.abc import Callable

from merchants.checks import business, identity, papers
from merchants.checks.verdict import Facts, Paper, Relative, Verdict

CHECKS: dict[str, Callable[[Facts], Verdict]] = {
    "credit_code": identity.credit_code,
    "organisation_class": identity.organisation_class,
    "id_number": identity.id_number,
    "documents": papers.documents,
    "validity": papers.validity,
    "names": papers.names,
    "scope": business.scope,
    "duplicates": business.duplicates,
    "related": business.related,
}


def run(facts: Facts) -> dict[str, Verdict]:
    """Every check's verdict by its code."""
    return {code: check(facts) for code, check in CHECKS.items()}


__all__ = ["CHECKS", "Facts", "Paper", "Relative", "Verdict", "run"]
