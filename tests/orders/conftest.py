"""Files to import, and reading what was rejected."""

import csv
from pathlib import Path

import pytest

HEADER = "merchant,order,state,placed_at,ship_by,amount"


@pytest.fixture
def folder(tmp_path):
    """Write files of the generic mapping: folder(orders="…", lines="…") returns the folder."""

    def write(**files: str | bytes) -> Path:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        return tmp_path

    return write


@pytest.fixture
def orders_file(folder):
    """Write a folder with merchants A and B and the given lines of orders.csv."""

    def write(
        *lines: str, header: str = HEADER, merchants: str = "merchant,shop_name\nA,Alpha\nB,Beta\n", **more
    ) -> Path:
        return folder(orders="\n".join([header, *lines]) + "\n", merchants=merchants, **more)

    return write


@pytest.fixture
def rejected(tmp_path):
    """Read a file of rejects: (file, line, column, value, reason)."""

    def read(path: Path) -> list[tuple[str, int, str, str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        return [(name, int(line), column, value, reason) for name, line, column, value, reason in rows[1:]]

    return read


@pytest.fixture(autouse=True)
def rejects_below(settings, tmp_path):
    """Files of rejects that nobody asked for go to the test's folder."""
    settings.STATE_DIR = tmp_path / "state"
