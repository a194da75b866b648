"""The sweep behind the tasks, and the nightly trial of versions in shadow."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from merchants.models import Application
from merchants.screening import services
from merchants.screening.models import Verdict
from merchants.screening.policy import KIND
from shopops.jobs.registry import Job, Progress
from shopops.policies.selectors import active_version
from shopops.policies.trials import run_trials


def screen(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Judge what has no present verdict, then approve what the rule may approve. Safe to repeat and to kill."""
    judged = services.judge_waiting(progress)
    approved = 0
    if services.may_approve_now():
        for application in _would_approve():
            approved += services.decide(application=application) == services.Outcome.APPROVED
            progress(judged + approved)
    return {"judged": judged, "approved": approved}


def _would_approve() -> list[Application]:
    """What waits for anybody and has a yes that no draw keeps for people, the oldest first."""
    yes = Verdict.objects.filter(
        version=active_version(KIND),
        would_approve=True,
        for_people=False,
        application__state__in=(Application.State.SUBMITTED, Application.State.RESUBMITTED),
    )
    return [each.application for each in yes.select_related("application").order_by("application__submitted_at")]


def try_versions(as_of: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Compare versions in shadow with the one in force on what waits now."""
    tried = run_trials(KIND, as_of)
    progress(tried, tried)
    return {"tried": tried}


SCREEN = Job("screen_applications", _("Judge waiting applications by rule"), screen)
TRY = Job("try_screening", _("Try versions of the auto-approval policy"), try_versions)
