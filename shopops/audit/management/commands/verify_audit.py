"""`manage.py verify_audit`: recompute the chain of the audit log."""

import datetime as dt
import json
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shopops.audit.models import DailyRoot
from shopops.audit.verification import Finding, verify

#: Findings printed; the count says the rest.
SHOWN = 50


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r}: write a day such as 2026-11-01.") from None


class Command(BaseCommand):
    help = "Recompute the audit log's chain of hashes; names every entry that is not as it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_day, default=None, help="Only what was sealed on this day and later.")
        parser.add_argument(
            "--roots",
            type=Path,
            default=None,
            help="A file of daily roots kept elsewhere (/audit/roots.json) to compare.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        done = 0

        def progress(entries: int) -> None:
            nonlocal done
            done = entries
            self.stderr.write(f"{entries} entries, {entries / max(time.monotonic() - began, 0.001):.0f} per second")

        findings = [*verify(options["since"], progress), *_compare(options["roots"])]
        for finding in findings[:SHOWN]:
            self.stdout.write(self.style.ERROR(str(finding)))
        if findings:
            raise CommandError(f"The audit log is not as it was sealed: {len(findings)} findings, {done} entries read.")
        self.stdout.write(self.style.SUCCESS(f"The audit log is as it was sealed: {done} entries."))


def _compare(kept: Path | None) -> list[Finding]:
    """Compare with daily roots that lie outside of this database's reach."""
    if kept is None:
        return []
    try:
        roots = {each["day"]: each["hash"] for each in json.loads(kept.read_text(encoding="utf-8"))["roots"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{kept} is no file of daily roots ({error}).") from error
    ours = {day.isoformat(): value for day, value in DailyRoot.objects.values_list("day", "hash")}
    return [
        Finding(f"Day {day}", "has another root than the one kept elsewhere: the chain was written anew.")
        for day, value in sorted(roots.items())
        if ours.get(day) != value
    ]
