"""A PostgreSQL server of the project's own, on a Unix socket only."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from . import places
from .addresses import DATABASE_NAME, DATABASE_USER
from .binaries import as_user, postgres_programs
from .places import EmbeddedError
from .processes import die_with_parent, last_lines, open_log, stop
from .servers import log_path

_START_SECONDS = 60
_STOP_SECONDS = 30
_COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # costs more than it gains on short queries
}
_DEMO = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "log_min_duration_statement": "2000",
}
# A crash of the machine may lose the tests' data; a kill -9 of the server does not, so that tests of kills are true.
_TESTS = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "30s",
}


def connect(database: str = DATABASE_NAME) -> "psycopg2.extensions.connection":
    """Connect to the embedded server; raises psycopg2.OperationalError when it does not answer."""
    return psycopg2.connect(
        host=str(places.postgres_socket_dir()), user=DATABASE_USER, dbname=database, connect_timeout=3
    )


def ready() -> bool:
    """Whether the embedded server answers and has the project's database."""
    try:
        connect().close()
    except psycopg2.OperationalError:
        return False
    return True


class Postgres:
    """Start, watch and stop the server over one data folder."""

    name = "postgres"

    def __init__(self) -> None:
        self._user = places.server_user()
        self._programs = postgres_programs(self._user)
        self._home = places.make_folder(places.postgres_home())
        # The major version is part of the name: 17 cannot open a folder of 18.
        self._data = self._home / f"postgres-{self._programs.major}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, creating data folder and database the first time. Raises EmbeddedError."""
        places.prepare_socket_dirs()
        self._note_project()
        self._initialise()
        self._stop_survivor()
        # After a kill -9 old backends may hold the shared memory for a moment.
        for _ in range(10):
            if self._try_start():
                self._create_database()
                return
            time.sleep(0.5)
        raise EmbeddedError(f"PostgreSQL does not start, see {log_path(self.name)}:\n{last_lines(log_path(self.name))}")

    def alive(self) -> bool:
        """Whether the process we started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop it: SIGINT ends connections and writes everything down."""
        if self._process:
            stop(self._process, signal.SIGINT, _STOP_SECONDS)

    def _try_start(self) -> bool:
        values = _COMMON | (_TESTS if places.testing() else _DEMO)
        options = [part for key, value in values.items() for part in ("-c", f"{key}={value}")]
        with open_log(log_path(self.name)) as log:
            self._process = subprocess.Popen(
                [self._programs.folder / "postgres", "-D", self._data, "-k", places.postgres_socket_dir(), *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - there is one thread
                **as_user(self._user),
            )
        end = time.monotonic() + _START_SECONDS
        while self.alive() and time.monotonic() < end:
            try:
                connect("postgres").close()
            except psycopg2.OperationalError:
                time.sleep(0.03)
            else:
                return True
        self.stop()
        return False

    def _initialise(self) -> None:
        """Make the data folder aside and rename it when complete: an interrupted initdb leaves nothing half-made."""
        if self._data.exists():
            return
        draft = self._home / f"new-{self._data.name}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._user:
            shutil.chown(draft, self._user.uid, self._user.gid)
        # C.UTF-8 knows the letters of every script: with plain C, pg_trgm finds nothing in Chinese.
        options = ["-U", DATABASE_USER, "-E", "UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        made = self._run("initdb", "-D", draft, *options, "--no-instructions")
        if made.returncode:
            raise EmbeddedError(f"PostgreSQL cannot create its data folder {draft}:\n{made.stdout}{made.stderr}")
        draft.rename(self._data)

    def _stop_survivor(self) -> None:
        """Stop a server that outlived its keeper; on Linux it is already stopping and this waits for it."""
        if self._run("pg_ctl", "-D", self._data, "status").returncode == 0:
            self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", str(_STOP_SECONDS), "stop")

    def _create_database(self) -> None:
        connection = connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME])
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))
        finally:
            connection.close()

    def _note_project(self) -> None:
        """Say in a folder outside the project whose data it holds."""
        if self._home != places.state_dir():
            (self._home / "belongs-to").write_text(f"{places.state_dir()}\n")

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's tools as the server's user to its end."""
        return subprocess.run(
            [self._programs.folder / program, *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **as_user(self._user),
        )
