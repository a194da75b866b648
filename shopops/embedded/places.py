"""Where the embedded servers keep their data and their sockets.

Everything lives below STATE, with two exceptions that follow from how the servers work: PostgreSQL refuses to run as
root, so root starts it as another user, which must be able to reach its folder (a project below /root is out of
reach); and the path of a Unix socket is limited to 107 bytes.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
# Root's fallback when the server's user cannot reach STATE.
SYSTEM_DIR = Path("/var/lib/shopops")
# sun_path holds 108 bytes on Linux and 104 on macOS; one is the final zero, and libpq appends ".lock" to a sibling.
LONGEST_SOCKET_PATH = 98
POSTGRES_SOCKET_NAME = ".s.PGSQL.5432"


class EmbeddedError(RuntimeError):
    """The embedded servers cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class ServerUser:
    """The account under which root starts PostgreSQL."""

    name: str
    uid: int
    gid: int


def testing() -> bool:
    """Whether this process belongs to a test run, which has servers of its own below STATE/test.

    pytest sets PYTEST_VERSION before it loads any configuration, and every process it starts inherits it.
    SHOPOPS_TEST_SERVERS (1 or 0) decides otherwise.
    """
    if (choice := os.environ.get("SHOPOPS_TEST_SERVERS")) is not None:
        return choice == "1"
    return "PYTEST_VERSION" in os.environ


def state_dir() -> Path:
    """Return the data folder: STATE, else `.state` in the project; in a test run its subfolder `test`."""
    state = Path(os.environ.get("STATE") or PROJECT_DIR / ".state").expanduser().resolve()
    return state / "test" if testing() else state


def make_folder(path: Path, mode: int = 0o755) -> Path:
    """Create a folder with its parents; raises EmbeddedError when it cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise EmbeddedError(f"Cannot create {path}: {error.strerror}. {STATE_REMEDY}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise EmbeddedError(f"Cannot write to {path}: it belongs to another user. {STATE_REMEDY}")
    return path


STATE_REMEDY = "Set STATE to a folder that you own, for example: make run STATE=$HOME/shopops"


def server_user() -> ServerUser | None:
    """Return the account PostgreSQL runs as when we are root: PG_RUN_AS, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get("PG_RUN_AS")
    for name in [wanted] if wanted else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        f"PostgreSQL does not run as root and there is no user {wanted or 'postgres or nobody'}. "
        "Create one, name one in PG_RUN_AS, run as an ordinary user, or set DATABASE_URL."
    )


def postgres_home() -> Path:
    """Return the folder that holds PostgreSQL's data folders (one per major version).

    A folder that holds data already keeps being used, so that a changed permission never hides it.
    """
    state = state_dir()
    user = server_user()
    if user is None:
        return state
    make_folder(state)
    moved = SYSTEM_DIR / _project_mark()
    for place in (state, moved):
        if any(place.glob("postgres-*")):
            return place
    return state if _can_enter(state, user) else moved


def postgres_socket_dir() -> Path:
    """Return the folder of PostgreSQL's socket."""
    return _socket_dir() / "pg"


def valkey_socket() -> Path:
    """Return the path of Valkey's socket."""
    return _socket_dir() / "valkey.sock"


def prepare_socket_dirs() -> None:
    """Create the socket folders, or check that the existing ones are ours; raises EmbeddedError."""
    user = server_user()
    _own_folder(_socket_dir(), 0o700 if user is None else 0o755)
    _own_folder(postgres_socket_dir(), 0o700, user)


def _socket_dir() -> Path:
    near = postgres_home() / "run"
    if len(os.fsencode(near / "pg" / POSTGRES_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return near
    if os.geteuid() == 0:
        return SYSTEM_DIR / _project_mark() / "run"
    # Not tempfile.gettempdir(): every process must come to the same path, whatever its TMPDIR.
    return Path("/tmp") / f"shopops-{os.geteuid()}-{_project_mark()}"  # noqa: S108 - its owner is checked before use


def _project_mark() -> str:
    """Tell the data folders of several clones apart."""
    return hashlib.sha256(os.fsencode(state_dir())).hexdigest()[:10]


def _can_enter(folder: Path, user: ServerUser) -> bool:
    """Whether the permission bits let the user enter the folder and everything above it."""
    for step in (folder, *folder.parents):
        found = step.stat()
        if found.st_uid == user.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == user.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def _own_folder(path: Path, mode: int, owner: ServerUser | None = None) -> None:
    """Create a folder that nobody else controls; raises EmbeddedError when somebody else made it first."""
    make_folder(path.parent)
    try:
        path.mkdir(mode=mode)
        if owner:
            os.chown(path, owner.uid, owner.gid)
        path.chmod(mode)
    except FileExistsError:
        pass
    except OSError as error:
        raise EmbeddedError(f"Cannot prepare {path}: {error.strerror}. {STATE_REMEDY}") from error
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner.uid if owner else os.geteuid()}:
        raise EmbeddedError(f"{path} belongs to another user. Remove it, or set STATE to a shorter path of your own.")
    if owner and found.st_uid != owner.uid:  # another account was used before (PG_RUN_AS), or we were interrupted
        os.chown(path, owner.uid, owner.gid)
