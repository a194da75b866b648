"""Automatic checks of an application: pure functions from facts to a verdict, in the order a reviewer reads them."""

from collections.abc import Callable

from merchants.checks import brands, business, identity, papers, permits, public, reading, samples
from merchants.checks.verdict import Enquiry, Facts, Paper, Relative, Sample, Verdict

CHECKS: dict[str, Callable[[Facts], Verdict]] = {
    "credit_code": identity.credit_code,
    "organisation_class": identity.organisation_class,
    "id_number": identity.id_number,
    "documents": papers.documents,
    "validity": papers.validity,
    "names": papers.names,
    "reading": reading.reading,
    "certificates": papers.certificates,
    "scope": business.scope,
    "permits": permits.permits,
    "brand_chain": brands.brand_chain,
    "registration": public.registration,
    "credit_record": public.credit_record,
    "duplicates": business.duplicates,
    "related": business.related,
    "sample": samples.sample,
}


def run(facts: Facts) -> dict[str, Verdict]:
    """Every check's verdict by its code."""
    return {code: check(facts) for code, check in CHECKS.items()}


__all__ = ["CHECKS", "Enquiry", "Facts", "Paper", "Relative", "Sample", "Verdict", "run"]
