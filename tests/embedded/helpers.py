"""Small programs and folders for the tests of the embedded servers."""

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

PROJECT_DIR = Path(__file__).resolve().parents[2]


def environment(state: Path, **more: str) -> dict[str, str]:
    """Return what a program needs to use servers of its own in `state`, as `make run` starts them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SHOPOPS_TEST", "PYTEST_"))}
    return ours | {"STATE": str(state), "SHOPOPS_TEST_SERVERS": "0", "PYTHONPATH": str(PROJECT_DIR)} | more


def python(code: str, state: Path, **more: str) -> subprocess.Popen[str]:
    """Start a Python program that talks through its pipes."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", textwrap.dedent(code)],
        cwd=PROJECT_DIR,
        env=environment(state, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def expect(process: subprocess.Popen[str], word: str) -> str:
    """Read a program's lines up to one that contains a word, and return that one."""
    assert process.stdout
    seen = []
    for line in process.stdout:
        if word in line:
            return line
        seen.append(line)
    raise AssertionError(f"{word!r} never came:\n{''.join(seen)}")


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not true after {seconds} s"
        time.sleep(0.03)


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """Make a folder that every user can enter (pytest's own are private and deep)."""
    folder = Path(mkdtemp(prefix="shopops-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
