"""`manage.py bench`: measure the promises."""

from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from shopops.bench import report
from shopops.bench import rows as rows_package
from shopops.bench.registry import Row, rows
from shopops.bench.scratch import scratch_database


class Command(BaseCommand):
    help = (
        "Measure the promises of speed, each against a yardstick in the same run, in a scratch database of its own. "
        "Prints BENCH name value goal verdict; ends with an error when one is short."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", default="", help="only rows whose name begins so")
        parser.add_argument(
            "--size", action="append", default=[], metavar="name=number", help="another size, repeatable"
        )
        parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")

    def handle(self, *args: Any, **options: Any) -> None:
        for module in iter_modules(rows_package.__path__):
            import_module(f"{rows_package.__name__}.{module.name}")
        chosen = [each for each in rows if each.code.startswith(options["rows"])]
        if not chosen:
            raise CommandError(f"No row begins with {options['rows']!r}; there are: {', '.join(r.code for r in rows)}")
        sizes = _sizes(options["size"], chosen)
        results: list[report.Result] = []
        with scratch_database():
            for each in chosen:
                used = {**each.sizes, **{name: number for name, number in sizes.items() if name in each.sizes}}
                result = report.Result(each, each.measure(used), used)
                results.append(result)
                self.stdout.write(result.line)
                self.stdout.flush()
            if options["write"]:
                path = Path(settings.BASE_DIR) / "docs" / "benchmarks.md"
                path.write_text(report.page(results), encoding="utf-8")
        short = [result.row.code for result in results if not result.holds]
        if short:
            raise CommandError(f"Short of the promise: {', '.join(short)}")


def _sizes(given: list[str], chosen: list[Row]) -> dict[str, int]:
    """Read name=number pairs; raises CommandError for a name that no chosen row has."""
    known = {name for each in chosen for name in each.sizes}
    sizes: dict[str, int] = {}
    for pair in given:
        name, _sign, number = pair.partition("=")
        if name not in known or not number.isdecimal() or not int(number):
            raise CommandError(f"Not a size: {pair!r}. Write name=number; names are {', '.join(sorted(known))}.")
        sizes[name] = int(number)
    return sizes
