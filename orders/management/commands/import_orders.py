"""Import orders and what belongs to them from files."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.importing import ImportFailed, Result, import_facts
from orders.importing.mapping import names
from orders.importing.progress import Bar
from orders.importing.rejects import Reason
from shopops.ui import formats


class Command(BaseCommand):
    help = "Import orders, lines, shipments and reviews from CSV files. Safe to repeat and to kill. See docs/import.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="The folder with the mapping's files, or one file of orders.")
        parser.add_argument(
            "--mapping", required=True, help=f"One of {', '.join(names())}, or a .toml file of your own."
        )
        parser.add_argument(
            "--rejects", type=Path, help="Where to write the rejected rows (default: below the state folder)."
        )
        parser.add_argument("--dry-run", action="store_true", help="Do everything and take it back.")
        parser.add_argument("--encoding", default="", help="Instead of the mapping's encodings, such as latin-1.")
        parser.add_argument("--delimiter", default="", help="Instead of the mapping's delimiter; \\t for a tab.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_facts(
                options["mapping"],
                options["path"],
                rejects_path=options["rejects"],
                dry_run=options["dry_run"],
                encoding=options["encoding"],
                delimiter=options["delimiter"].replace("\\t", "\t"),
                progress=Bar(sys.stderr),
            )
        except ImportFailed as error:
            raise CommandError(str(error)) from None
        self._report(result, is_dry=options["dry_run"])

    def _report(self, result: Result, *, is_dry: bool) -> None:
        if is_dry:
            self.stdout.write(_("Dry run: nothing was kept."))
        if result.resumed:
            self.stdout.write(_("This went on where an import of the same files was interrupted."))
        for line in _told(result):
            self.stdout.write(line)
        if not result.rejects:
            self.stdout.write(self.style.SUCCESS(_("No row was rejected.")))
            return
        for reason, count in sorted(result.rejects.items(), key=lambda item: -item[1]):
            self.stdout.write(self.style.WARNING(_rejected(reason, count)))
        self.stdout.write(_("The rejected rows are in %(path)s.") % {"path": result.rejects_path})


def _told(result: Result) -> list[str]:
    """What became of each kind of fact that the mapping gives."""
    sentences = {
        "merchant": _("Merchants: %(new)s new"),
        "order": _("Orders: %(new)s new, %(changed)s changed, %(unchanged)s unchanged"),
        "line": _("Order lines: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(gone)s removed"),
        "shipment": _("Parcels: %(new)s new, %(changed)s changed, %(unchanged)s unchanged"),
        "review": _("Reviews: %(new)s new, %(changed)s changed, %(unchanged)s unchanged"),
    }
    whats = ("new", "changed", "unchanged", "gone")
    return [
        sentence % {what: formats.num(result.counts[f"{fact} {what}"]) for what in whats}
        for fact, sentence in sentences.items()
        if f"{fact} new" in result.counts
    ]


def _rejected(reason: str, count: int) -> str:
    return ngettext("%(count)s row rejected: %(reason)s", "%(count)s rows rejected: %(reason)s", count) % {
        "count": formats.num(count),
        "reason": Reason(reason).label,
    }
