"""How exactly licences are read, measured on drawn ones."""

import resource
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.ocr import engine, fields
from merchants.ocr.distortions import DISTORTIONS

#: The promise: of all fields, and of the credit code.
FIELDS_GOAL, CODE_GOAL = 0.97, 1.0


class Command(BaseCommand):
    help = (
        "Draw business licences with known facts, distort them in six ways, read them, and print the share of fields "
        "read exactly. Fails below the promise: 97 % of the fields, every credit code."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=200, help="licences; each takes one distortion in turn")
        parser.add_argument("--all", action="store_true", help="take every licence through all six distortions")
        parser.add_argument("--seed", type=int, default=0, help="the first licence; the same seed draws the same ones")
        parser.add_argument("--distortion", choices=sorted(DISTORTIONS), default="", help="this one alone")
        parser.add_argument("--misses", action="store_true", help="print what was read wrongly")

    def handle(self, *args: Any, **options: Any) -> None:
        if not engine.is_installed():
            raise CommandError("Reading licences needs the extra: pip install '.[ocr]'")
        from merchants.ocr import accuracy, drawing

        try:
            drawing.fonts()
        except drawing.NoFont as error:
            raise CommandError(str(error)) from error
        tally, reader, began = accuracy.Tally(), engine.Engine(), time.monotonic()
        chosen = list(
            accuracy.samples(options["count"], options["seed"], options["distortion"], through_all=options["all"])
        )
        for done, (seed, distortion) in enumerate(chosen, start=1):
            accuracy.measure(reader, seed, distortion, tally)
            if self.stderr.isatty():
                self.stderr.write(f"\r{done} of {len(chosen)}", ending="")
        self._report(tally, len(chosen), options, time.monotonic() - began)
        if tally.share() < FIELDS_GOAL or tally.share(name="uscc") < CODE_GOAL:
            raise CommandError("The promise is missed.")

    def _report(self, tally: Any, count: int, options: dict[str, Any], seconds: float) -> None:
        way = "each through all of them" if options["all"] else "one distortion each, in turn"
        self.stdout.write(f"{options['count']} licences from seed {options['seed']}, {count} pictures, {way}\n\n")
        for title, names, key in (
            ("field", fields.NAMES, "name"),
            ("distortion", [name for name in DISTORTIONS if options["distortion"] in ("", name)], "distortion"),
        ):
            self.stdout.write(f"{title:<20}{'printed':>8}{'exact':>8}{'share':>9}")
            for name in names:
                printed, right = tally.counted(**{key: name})
                share = f"{tally.share(**{key: name}):.2%}" if printed else "-"
                self.stdout.write(f"{name:<20}{printed:>8}{right:>8}{share:>9}")
            self.stdout.write("")
        if options["misses"]:
            for miss in tally.misses:
                self.stdout.write(f"{miss.seed} {miss.distortion} {miss.name}: {miss.printed!r} read as {miss.read!r}")
        printed, right = tally.counted()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)
        times = sorted(tally.seconds)
        self.stdout.write(f"fields exactly right: {right} of {printed} = {tally.share():.2%} (promised 97 %)")
        self.stdout.write(f"credit codes right: {tally.share(name='uscc'):.2%} (promised 100 %)")
        self.stdout.write(
            f"processor time a picture: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s; "
            f"{seconds:.0f} s in all; peak memory {peak} MB"
        )
