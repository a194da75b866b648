"""How long everybody has to deal with a complaint."""

import datetime as dt
from typing import Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from shopops.policies.kinds import about
from shopops.policies.selectors import active


class ComplaintPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`answer_hours` for the merchant, `ruling_hours` for the platform after that; both run day and night."""

    answer_hours: Annotated[
        int, about(_("The merchant answers within"), _("From filing; runs day and night."), unit="hours", ge=1, le=8760)
    ]
    ruling_hours: Annotated[
        int,
        about(
            _("The platform decides within"),
            _("After the merchant's time; runs day and night."),
            unit="hours",
            ge=1,
            le=8760,
        ),
    ]

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
