"""The policy of notices: lead times, reminders, coverage."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from maintenance.models import Window
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind
from shopops.policies.models import PolicyVersion

Hours = Annotated[int, msgspec.Meta(ge=0, le=24 * 90)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 90)]


class NoticePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a `maintenance_notice` policy; the default pack explains every value."""

    lead_hours: Hours
    large_lead_hours: Hours
    large_from_hours: Annotated[int, msgspec.Meta(ge=1)]
    change_lead_hours: Hours
    reminders_minutes: list[Minutes]
    merge_minutes: Annotated[int, msgspec.Meta(ge=0)]
    coverage_target: Annotated[float, msgspec.Meta(ge=0, le=1)]
    banner_days: Annotated[int, msgspec.Meta(ge=1, le=60)]

    def is_large(self, window: Window) -> bool:
        """Whether the longer notice applies: somebody said so, or the window is long."""
        return window.is_large or window.length >= dt.timedelta(hours=self.large_from_hours)

    def lead(self, window: Window) -> dt.timedelta:
        """The notice that merchants must get before the start."""
        return dt.timedelta(hours=self.large_lead_hours if self.is_large(window) else self.lead_hours)

    @property
    def change_lead(self) -> dt.timedelta:
        """The notice that merchants must get before the new start when an announced window moves."""
        return dt.timedelta(hours=self.change_lead_hours)


KIND = PolicyKind(
    code="maintenance_notice",
    label=_("Maintenance notices"),
    type=NoticePolicy,
    pack=Path(__file__).parent / "policies" / "maintenance_notice.toml",
)


def notice_policy() -> tuple[PolicyVersion, NoticePolicy]:
    """The policy in force; raises NoPolicy when none was loaded."""
    return policies.active(KIND.code, NoticePolicy)


def policy_of(window: Window) -> NoticePolicy:
    """The policy that a window was announced under, else the one in force."""
    if window.policy_version is not None:
        return policies.typed(window.policy_version, NoticePolicy)
    return notice_policy()[1]
