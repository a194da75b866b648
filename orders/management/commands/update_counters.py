"""Bring the counters to a day, and perhaps compare them with the facts."""

from typing import Any

from django.core.management.base import CommandParser

from shopops.jobs.commands import JobCommand


class Command(JobCommand):
    help = "Slide every merchant's counter windows to the marketplace day of --as-of (default: today)."
    job_code = "update_counters"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--recount",
            action="store_true",
            help="Also count everything anew from the facts, say how many counters were wrong, repair them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recount"]:
            self.job_code = "recount_counters"
        super().handle(*args, **options)
