"""Test processes share one Valkey without meeting: each holds a slot, a range of numbered databases.

Several test runs, each with several workers, may use the same servers at once. A slot is a file lock, so it is free
again when its process ends, however it ends.
"""

import os

from . import places
from .locks import FileLock

SLOTS = 64
DBS_PER_SLOT = 8
_VARIABLE = "SHOPOPS_TEST_SLOT"
_held: list[FileLock] = []


def slot() -> int | None:
    """Return this test process's slot, claiming one at the first call; None outside a test run.

    Programs that a test starts inherit its slot through the environment; the workers of pytest-xdist inherit their
    controller's environment but claim their own. Raises EmbeddedError when all slots are taken.
    """
    if not places.testing():
        return None
    holder = os.environ.get("PYTEST_XDIST_WORKER", "main")
    known_holder, _, known = os.environ.get(_VARIABLE, "").partition("/")
    if known and known_holder == holder:
        return int(known)
    folder = places.make_folder(places.state_dir() / "run" / "slots")
    for number in range(SLOTS):
        lock = FileLock(folder / str(number))
        if lock.try_exclusive():
            _held.append(lock)
            os.environ[_VARIABLE] = f"{holder}/{number}"
            return number
        lock.close()
    raise places.EmbeddedError(f"All {SLOTS} test slots in {folder} are taken by running tests; wait for one to end.")


def first_db() -> int:
    """Return the first of this process's numbered databases in Valkey."""
    return (slot() or 0) * DBS_PER_SLOT
