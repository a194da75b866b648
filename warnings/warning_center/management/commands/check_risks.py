from typing import Any

from django.core.management.base import CommandParser

from shopops.jobs.commands import JobCommand
from warning_center import selectors


class Command(JobCommand):
    job_code = "check_risks"
    help = "Measure every merchant against the warning rules; issue, raise, revoke and expire warnings."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--list", action="store_true", help="Then list live warnings and their facts.")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not options["list"]:
            return
        for warning in selectors.live_with_facts():
            self.stdout.write(f"{warning.number}  {warning.merchant}  {warning.title}")
            for fact in warning.findings.all()[0].facts.all():
                self.stdout.write(f"    {fact.get_kind_display()}: {fact.label}")
