"""The policy of notices: lead times, reminders, coverage."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from maintenance.models import Window
from shopops.accounts.roles import Role
from shopops.policies import selectors as policies
from shopops.policies.kinds import PolicyKind, about
from shopops.policies.models import PolicyVersion

Hours = Annotated[int, msgspec.Meta(ge=0, le=24 * 90)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 90)]


class NoticePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a `maintenance_notice` policy; the default pack explains every value."""

    lead_hours: Annotated[
        Hours, about(_("Notice of a window"), _("Announcing later needs an emergency reason."), unit="hours")
    ]
    large_lead_hours: Annotated[Hours, about(_("Notice of a large window"), unit="hours")]
    large_from_hours: Annotated[int, about(_("A window is large from"), unit="hours", ge=1)]
    change_lead_hours: Annotated[
        Hours,
        about(
            _("Notice of a change"),
            _("Moving a window to a start sooner than this needs an emergency reason."),
            unit="hours",
        ),
    ]
    reminders_minutes: Annotated[
        list[Minutes],
        about(_("Reminders"), _("Minutes before the start: 10080 is 7 days, 1440 is 24 hours."), unit="minutes"),
    ]
    merge_minutes: Annotated[
        int,
        about(
            _("A reminder is left out within"),
            _("So soon after an announcement or a change it would say the same again."),
            unit="minutes",
            ge=0,
        ),
    ]
    coverage_target: Annotated[
        float, about(_("Coverage"), _("Share of active merchants who must have been told."), unit="share", ge=0, le=1)
    ]
    banner_days: Annotated[
        int, about(_("Shown on the portal's home"), _("So long before the start."), unit="days", ge=1, le=60)
    ]

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
    editors=(Role.ANNOUNCER, Role.SUPERVISOR),
    help_text=_("How long ahead planned work is announced, and when merchants are reminded."),
)


def notice_policy() -> tuple[PolicyVersion, NoticePolicy]:
    """The policy in force; raises NoPolicy when none was loaded."""
    return policies.active(KIND.code, NoticePolicy)


def policy_of(window: Window) -> NoticePolicy:
    """The policy that a window was announced under, else the one in force."""
    if window.policy_version is not None:
        return policies.typed(window.policy_version, NoticePolicy)
    return notice_policy()[1]
