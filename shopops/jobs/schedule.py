"""When jobs run. There is one source: settings.CELERY_BEAT_SCHEDULE, read here in words and in times."""

import datetime as dt
from typing import Any

from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: The task by which beat starts a job; its argument is the job's code.
TASK = "shopops.run_job"
_DAY_NAMES = 7


def of(code: str) -> "crontab | dt.timedelta | None":
    """A job's schedule; None for a job that is only started by hand."""
    entries: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for entry in entries.values():
        if entry["task"] == TASK and list(entry.get("args", ()))[:1] == [code]:
            plan = entry["schedule"]
            return plan if isinstance(plan, (crontab, dt.timedelta)) else dt.timedelta(seconds=plan)
    return None


def next_due(code: str, after: dt.datetime) -> dt.datetime | None:
    """The first due time after a moment; None without a schedule. Crontabs count marketplace time."""
    plan = of(code)
    if plan is None:
        return None
    if isinstance(plan, dt.timedelta):
        return after + plan
    local = timezone.localtime(after, timezone.get_default_timezone())
    # Celery computes from "now"; here "now" is the moment itself, so that the answer does not depend on the clock.
    last, delta, _now = _at(plan, local).remaining_delta(local)
    due: dt.datetime = last + delta
    return due.astimezone(dt.UTC)


def late_after(code: str, last_success: dt.datetime) -> dt.datetime | None:
    """A job is late when two due times in a row have passed without a success."""
    first = next_due(code, last_success)
    return next_due(code, first) if first else None


def in_words(code: str) -> str:
    """The schedule as people say it: "every hour at minute 10", "every day at 00:30"."""
    plan = of(code)
    if plan is None:
        return _("only when started by hand")
    if isinstance(plan, dt.timedelta):
        seconds = round(plan.total_seconds())
        if seconds % 60:
            return ngettext("every %(count)s second", "every %(count)s seconds", seconds) % {"count": seconds}
        return ngettext("every %(count)s minute", "every %(count)s minutes", seconds // 60) % {"count": seconds // 60}
    return _crontab_in_words(plan)


def _crontab_in_words(plan: Any) -> str:
    minutes, hours = sorted(plan.minute), sorted(plan.hour)
    if len(plan.day_of_week) < _DAY_NAMES or len(plan.day_of_month) < 31 or len(plan.month_of_year) < 12:
        return _("by the calendar: %(rule)s") % {"rule": _rule(plan)}
    if len(minutes) == 60 and len(hours) == 24:
        return _("every minute")
    if len(minutes) == 1 and len(hours) == 24:
        return _("every hour at minute %(minute)s") % {"minute": f"{minutes[0]:02d}"}
    if len(hours) == 24:
        step = minutes[1] - minutes[0]
        if minutes == list(range(minutes[0], 60, step)) and 60 % step == 0:
            return ngettext("every %(count)s minute", "every %(count)s minutes", step) % {"count": step}
    if len(minutes) == 1 and len(hours) <= 4:
        times = ", ".join(f"{hour:02d}:{minutes[0]:02d}" for hour in hours)
        return _("every day at %(times)s") % {"times": times}
    return _("by the calendar: %(rule)s") % {"rule": _rule(plan)}


def _rule(plan: Any) -> str:
    """The five fields of crontab."""
    fields: list[Any] = [
        plan._orig_minute,
        plan._orig_hour,
        plan._orig_day_of_month,
        plan._orig_month_of_year,
        plan._orig_day_of_week,
    ]
    return " ".join(str(field) for field in fields)


def _at(plan: Any, moment: dt.datetime) -> Any:
    return crontab(
        minute=plan._orig_minute,
        hour=plan._orig_hour,
        day_of_month=plan._orig_day_of_month,
        month_of_year=plan._orig_month_of_year,
        day_of_week=plan._orig_day_of_week,
        nowfun=lambda: moment,
    )
