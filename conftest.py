"""What a test run needs before its first test: servers, a database name, honest skips.

pytest-django loads the settings before this file; they need the servers' addresses only. That this is a test run,
with servers of its own below STATE/test, `shopops.embedded` sees from pytest's own environment variable.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis
from django.conf import settings

from shopops import embedded
from shopops.embedded import addresses, places, slots

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",  # it would look up hosts of its maker
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = (
    "not run: no Chromium. Install it (Debian: apt-get install chromium fonts-noto-cjk) or run as root with "
    "BROWSER_TESTS=1, which installs it"
)
#: Test modules that start something costly once.
ONE_SET_UP = {"tests/embedded/test_demo.py"}
_servers = ExitStack()
_skipped: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Adopt or start the servers. Every process of the run is a user of them, and the last one stops them."""
    try:
        _servers.enter_context(embedded.running())
    except embedded.EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    if not os.environ.get("REDIS_URL"):
        _flush_slot()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the servers go."""
    _servers.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow ones, so that none is left for the end.

    Say clearly which tests need a browser that is missing; with BROWSER_TESTS=1 they run and fail.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if chromium() or os.environ.get("BROWSER_TESTS") == "1":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share tests out one by one, but the modules that have one costly set-up as a whole.

    The mark `xdist_group` would say the same, but xdist 3.8 cannot tell pytest 9.2 of it.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneByOne(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if module in ONE_SET_UP else nodeid

    return OneByOne(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped (expected failures are reported as skips, too, and are none)."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember modules that skip themselves."""
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that did not run is a failure."""
    if os.environ.get("CI") == "true" and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Explain that failure."""
    if os.environ.get("CI") == "true" and _skipped:
        terminalreporter.section("skipped tests fail the run in CI (CI=true)", red=True)
        for name in _skipped:
            terminalreporter.write_line(name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Name the test database.

    TEST_DATABASE_NAME, with a suffix for each parallel worker, keeps one database across runs (--reuse-db). Without
    it the name carries this process's slot, so that test runs at the same time on one server do not meet.
    """
    name = os.environ.get("TEST_DATABASE_NAME")
    if name:
        worker = getattr(request.config, "workerinput", {}).get("workerid")
        name = f"{name}_{worker}" if worker else name
    else:
        name = f"test_shopops_{slots.slot()}"
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


@pytest.fixture
def broker_url() -> Iterator[str]:
    """Celery's address of an empty broker that belongs to this test alone, for tests with real workers."""
    if os.environ.get("REDIS_URL"):
        yield embedded.celery_broker_url()
        return
    number = slots.first_db() + slots.DBS_PER_SLOT - 1
    _flush(number)
    yield addresses.broker_url(number)
    _flush(number)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Have pytest-playwright use the system's Chromium; its own download is not needed."""
    path = chromium()
    if not path:
        pytest.fail("BROWSER_TESTS=1, but there is no Chromium: apt-get install chromium fonts-noto-cjk", pytrace=False)
    return browser_type_launch_args | {"executable_path": path, "args": CHROMIUM_ARGS}


def chromium() -> str | None:
    """Return the browser the tests use: CHROMIUM, else the first one on PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def _flush_slot() -> None:
    for number in range(slots.DBS_PER_SLOT):
        _flush(slots.first_db() + number)


def _flush(number: int) -> None:
    """Empty one numbered database of the embedded Valkey."""
    with redis.Redis(unix_socket_path=str(places.valkey_socket()), db=number) as client:
        client.flushdb()
