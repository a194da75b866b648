"""Real servers, real processes: who starts them, who adopts them, and what happens when one is killed."""

import os
import signal

import pytest

from .helpers import expect, is_alive, python, short_folder, wait_for

pytestmark = pytest.mark.slow

# Says where the servers are, then does as it is told until its input ends.
USER = """
import sys
from shopops import embedded
from shopops.embedded import places
import psycopg2, redis
with embedded.running() as uses:
    def ask(question):
        connection = psycopg2.connect(embedded.database_url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else None
    postmaster = (next(places.postgres_home().glob("postgres-*")) / "postmaster.pid").read_text().split()[0]
    parent = open(f"/proc/{postmaster}/stat").read().rpartition(")")[2].split()[1]
    valkey = redis.Redis.from_url(embedded.redis_url())
    print("UP", postmaster, parent, valkey.info()["process_id"])
    for line in sys.stdin:
        try:
            if line.startswith("ensure"):
                for use in uses:
                    use.ensure()
                    use.wait()
                print("DONE")
            else:
                print("DONE", ask(line))
        except Exception as error:
            print("FAILED", repr(error))
print("LEFT")
"""


class Pids:
    """The processes that a user reports."""

    def __init__(self, line):
        self.postgres, self.keeper, self.valkey = map(int, line.split()[1:])


@pytest.fixture
def state():
    with short_folder() as folder:
        yield folder


@pytest.fixture
def user(state):
    """Start users of the servers; those that a test leaves running are ended."""
    started = []

    def start():
        process = python(USER, state)
        started.append(process)
        return process, Pids(expect(process, "UP"))

    yield start
    for process in started:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def tell(process, line):
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def leave(process):
    process.stdin.close()
    expect(process, "LEFT")
    process.wait(30)


def test_the_last_user_stops_the_servers_and_the_data_stays(user):
    first, pids = user()
    assert tell(first, "CREATE TABLE kept AS SELECT 7 AS number") == "DONE None"
    leave(first)
    assert not is_alive(pids.postgres)
    assert not is_alive(pids.valkey)
    second, _ = user()
    assert tell(second, "SELECT number FROM kept") == "DONE [(7,)]"


def test_a_second_user_adopts_the_servers_and_outlives_the_first(user):
    first, pids = user()
    second, adopted = user()
    assert (adopted.postgres, adopted.valkey) == (pids.postgres, pids.valkey)
    leave(first)
    assert tell(second, "SELECT 1") == "DONE [(1,)]"
    leave(second)
    assert not is_alive(pids.postgres)


def test_many_users_that_come_and_go_at_once_share_one_server(user, state):
    code = """
    import psycopg2
    from shopops import embedded
    for _ in range(4):
        with embedded.running():
            psycopg2.connect(embedded.database_url()).close()
    print("FINE")
    """
    programs = [python(code, state) for _ in range(4)]
    answers = [program.communicate(timeout=90)[0] for program in programs]
    assert answers == ["FINE\n"] * 4


def test_servers_stop_when_their_only_user_is_killed(user):
    process, pids = user()
    process.kill()
    wait_for(lambda: not is_alive(pids.postgres) and not is_alive(pids.valkey) and not is_alive(pids.keeper))


def test_servers_stop_when_their_keeper_is_killed_and_come_back(user):
    process, pids = user()
    tell(process, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(pids.keeper, signal.SIGKILL)
    wait_for(lambda: not is_alive(pids.postgres))
    assert tell(process, "ensure") == "DONE"
    assert tell(process, "SELECT number FROM kept") == "DONE [(7,)]"


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_killed_server_is_started_again(user, server):
    process, pids = user()
    tell(process, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(getattr(pids, server), signal.SIGKILL)
    wait_for(lambda: tell(process, "SELECT number FROM kept") == "DONE [(7,)]", seconds=20)
    _, again = user()
    assert getattr(again, server) != getattr(pids, server)


def test_an_interrupted_first_start_is_repaired(user, state):
    draft = state / "new-postgres-18"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    process, _ = user()
    assert tell(process, "SELECT 1") == "DONE [(1,)]"


def test_chinese_text_has_trigrams(user):
    process, _ = user()
    assert tell(process, "CREATE EXTENSION pg_trgm") == "DONE None"
    assert tell(process, "SELECT similarity('商家', '商家店铺') > 0.3") == "DONE [(True,)]"


def test_a_server_that_cannot_start_says_why(state):
    program = python(USER, state, PG_BINDIR="/nowhere")
    said, _ = program.communicate(timeout=60)
    assert "EmbeddedError: None of these PostgreSQL programs starts: /nowhere." in said
    assert "make install" in said


def test_servers_of_your_own_are_left_alone(state):
    code = """
    from shopops import embedded
    with embedded.running() as uses:
        print("USES", len(uses))
    """
    program = python(code, state, DATABASE_URL="postgres://db/x", REDIS_URL="redis://cache/1")
    assert program.communicate(timeout=30)[0] == "USES 0\n"
    assert not list(state.iterdir())
