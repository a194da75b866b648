"""Running several programs as one: readable logs, restarts with back-off, an orderly end.

One thread does everything: children get a signal when the thread that started them ends (see `die_with_parent`).
"""

import io
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from .places import PROJECT_DIR
from .processes import die_with_parent

_TICK_SECONDS = 0.2
_LONGEST_PAUSE = 30.0
# A program that ran this long starts its next series of restarts at one second again.
_STEADY_SECONDS = 60.0
_COLOURS = ("36", "33", "35", "32", "34")


@dataclass
class Program:
    """A program to keep running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0
    rest: bytes = field(default=b"", repr=False)


class Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived."""


class Supervisor:
    """Runs programs, prints what they say line by line with their name in front."""

    def __init__(self, names: list[str], environment: dict[str, str]) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that cannot show a letter shows a question mark
            sys.stdout.reconfigure(errors="replace")
        self._environment = environment
        self._width = max(map(len, names))
        self._colours = dict(zip(names, _COLOURS, strict=False)) if _colourful() else {}
        self._selector = selectors.DefaultSelector()
        self._programs: list[Program] = []
        self._signals = 0

    def run_once(self, name: str, command: list[str]) -> int:
        """Run a program to its end and return its exit status. Raises Stopped."""
        program = Program(name, command)
        self._start(program)
        try:
            while program.process and program.process.poll() is None:
                self._tick()
        finally:
            self._end([program], seconds=5)
        assert program.process
        return program.process.returncode

    def start(self, programs: list[Program]) -> None:
        """Start programs that `watch` keeps running."""
        self._programs = programs
        for program in programs:
            self._start(program)

    def watch(self, every_tick: Callable[[], None]) -> None:
        """Keep the programs running and call something every fifth of a second until a signal raises Stopped."""
        while True:
            self._tick()
            for program in self._programs:
                self._revive(program)
            every_tick()

    def stop(self, seconds: float) -> None:
        """End all programs: SIGTERM, then SIGKILL for their whole process groups after so many seconds."""
        self._end(self._programs, seconds)

    def say(self, text: str, name: str = "") -> None:
        """Print one line of our own or of a program."""
        if name:
            label = f"{name:<{self._width}} |"
            colour = self._colours.get(name)
            text = f"\033[{colour}m{label}\033[0m {text}" if colour else f"{label} {text}"
        try:
            print(text, flush=True)  # noqa: T201 - the terminal is its page
        except OSError:  # whoever read our output is gone, or the terminal is closed
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._signals = max(self._signals, 1)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Turn the first ending signal into Stopped; a second one ends all programs at once."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # started with nohup: a closed terminal is no reason
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _start(self, program: Program) -> None:
        program.process = subprocess.Popen(
            program.command,
            cwd=PROJECT_DIR,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone; and the group can be killed as one
            # Without us the servers go, too: nothing is left that a gentler signal would let it finish.
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - there is one thread
        )
        program.started = time.monotonic()
        assert program.process.stdout
        os.set_blocking(program.process.stdout.fileno(), False)
        self._selector.register(program.process.stdout, selectors.EVENT_READ, program)

    def _revive(self, program: Program) -> None:
        """Start a program again that ended: after 1, 2, 4 … 30 seconds."""
        now = time.monotonic()
        if program.process and program.process.poll() is not None:
            self._drain(program)
            if now - program.started > _STEADY_SECONDS:
                program.failures = 0
            pause = min(2.0**program.failures, _LONGEST_PAUSE)
            program.failures += 1
            program.next_start = now + pause
            self.say(f"ended ({_reason(program.process.returncode)}), starts again in {pause:.0f} s", program.name)
            program.process = None
        elif program.process is None and now >= program.next_start:
            self._start(program)

    def _tick(self) -> None:
        """Print what has been said; raises Stopped after a signal."""
        self._pump(_TICK_SECONDS)
        if self._signals:
            raise Stopped

    def _pump(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            self._read(key.data)

    def _read(self, program: Program) -> bool:
        """Print the complete lines a program has written; return whether there may be more."""
        stream = program.process and program.process.stdout
        if not stream or stream.closed:
            return False
        try:
            piece = os.read(stream.fileno(), 65536)
        except BlockingIOError:
            return False
        if not piece:
            self._selector.unregister(stream)
            stream.close()
        *lines, program.rest = (program.rest + piece).split(b"\n")
        if not piece and program.rest:
            lines, program.rest = [program.rest], b""
        for line in lines:
            self.say(line.decode(errors="replace").rstrip(), program.name)
        return bool(piece)

    def _drain(self, program: Program) -> None:
        """Print a program's last words and forget its pipe, which a stray grandchild may keep open."""
        while self._read(program):
            pass
        if program.process and program.process.stdout and not program.process.stdout.closed:
            self._selector.unregister(program.process.stdout)
            program.process.stdout.close()

    def _end(self, programs: list[Program], seconds: float) -> None:
        alive = [program for program in programs if program.process and program.process.poll() is None]
        for program in alive:
            assert program.process
            program.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + seconds
        signals_before = self._signals
        while alive and time.monotonic() < end and self._signals == signals_before:
            self._pump(0.05)
            alive = [program for program in alive if program.process and program.process.poll() is None]
        for program in alive:
            assert program.process
            self.say("did not end in time and is killed", program.name)
            os.killpg(program.process.pid, signal.SIGKILL)  # with its workers
        for program in programs:
            if program.process:
                program.process.wait()
                self._drain(program)


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _colourful() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
