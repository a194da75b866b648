"""Saying how far an import is."""

import sys
import time
from typing import Protocol, TextIO

_WIDTH = 30
#: Seconds between two lines where nobody watches a terminal.
_PAUSE = 5.0


class Progress(Protocol):
    """Hears how far a phase is."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


def silent(phase: str, done: int, total: int) -> None:
    """Nobody listens."""


class Bar:
    """A bar that is redrawn in a terminal; elsewhere a line at the end of each phase and every few seconds."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self._phase = ""
        self._said = 0.0

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        is_end = done >= total
        if phase == self._phase and not is_end and now - self._said < (0.1 if self.is_terminal else _PAUSE):
            return
        if not self.is_terminal and phase != self._phase and not is_end:
            self._phase, self._said = phase, now
            return
        self._phase, self._said = phase, now
        share = done / total if total else 1.0
        if self.is_terminal:
            filled = round(share * _WIDTH)
            bar = "█" * filled + "░" * (_WIDTH - filled)
            self.stream.write(f"\r{bar} {share:4.0%}  {phase}  {done:,} / {total:,}\033[K" + ("\n" if is_end else ""))
        else:
            self.stream.write(f"{share:4.0%}  {phase}  {done:,} / {total:,}\n")
        self.stream.flush()
