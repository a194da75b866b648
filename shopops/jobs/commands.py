"""Base for the management command of a job."""

import datetime as dt
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from shopops.jobs import services

#: No marketplace has facts from before.
YEARS = range(2000, 2100)


def parse_as_of(text: str) -> dt.datetime:
    """Read "2018-09-01" or "2018-09-01 14:30[+08:00]"; without an offset it is marketplace time.

    Raises ArgumentTypeError naming what is understood. A moment to come is refused: jobs would act on what has not
    happened, and the next real run would undo it.
    """
    try:
        moment = parse_datetime(text)
        if moment is None and (day := parse_date(text)):
            moment = dt.datetime.combine(day, dt.time())
    except ValueError:
        moment = None
    if moment is None:
        raise ArgumentTypeError(f"{text!r}: write a date or time such as 2018-09-01 or 2018-09-01T14:30+08:00.")
    if moment.year not in YEARS:
        raise ArgumentTypeError(f"{text!r}: write a date between {YEARS[0]} and today, such as 2018-09-01.")
    aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())
    if aware > timezone.now():
        raise ArgumentTypeError(f"{text!r} has not come yet: write a moment in the past, or leave --as-of out for now.")
    return aware


class JobCommand(BaseCommand):
    """Runs the job named `job_code` in this process and prints its result."""

    job_code: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=parse_as_of, default=None, help="Work as if it were this moment.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = services.run_job(self.job_code, as_of=options["as_of"], trigger="command")
        except services.JobIsRunning as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done stays; run the command again to go on.") from None
        facts = ", ".join(f"{name}: {value}" for name, value in run.result.items()) or "nothing to do"
        self.stdout.write(self.style.SUCCESS(f"{self.job_code} as of {run.as_of.isoformat()}: {facts}"))
