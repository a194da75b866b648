"""How long everybody has to deal with a complaint."""

import datetime as dt

import msgspec

from shopops.policies.selectors import active


class ComplaintPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`answer_hours` for the merchant, `ruling_hours` for the platform after that; both run day and night."""

    answer_hours: int
    ruling_hours: int

    @property
    def answer_time(self) -> dt.timedelta:
        return dt.timedelta(hours=self.answer_hours)

    @property
    def ruling_time(self) -> dt.timedelta:
        return dt.timedelta(hours=self.ruling_hours)


def in_force() -> tuple[int, ComplaintPolicy]:
    """Return the id of the active version and the policy."""
    version, policy = active("complaints", ComplaintPolicy)
    return version.pk, policy
