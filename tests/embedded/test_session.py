"""What the root conftest.py promises to a test run."""

import os
import subprocess
import sys

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from shopops.embedded import places, slots

from .helpers import PROJECT_DIR

SKIPS = """
import pytest

@pytest.mark.skip(reason="because")
def test_skipped(): pass

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_failure(): assert False

def test_fine(): pass
"""
BROWSER = """
import pytest

@pytest.mark.browser
def test_page(): pass
"""


def run(folder, code, *arguments, **variables):
    """Run pytest with the project's conftest over a file elsewhere."""
    (folder / "test_it.py").write_text(code)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser: x\n")
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "BROWSER_TESTS"}}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "conftest",
            "-p",
            "no:django",
            "-ra",
            "-c",
            folder / "pytest.ini",
            folder,
            *list(arguments),
        ],
        cwd=PROJECT_DIR,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["-n0"], ["-n2"]])
def test_a_skipped_test_fails_the_run_in_ci(tmp_path, arguments):
    done = run(tmp_path, SKIPS, *arguments, CI="true")
    assert done.returncode == 1
    assert "skipped tests fail the run in CI" in done.stdout
    assert "test_it.py::test_skipped" in done.stdout.partition("skipped tests fail")[2]
    assert "test_expected_failure" not in done.stdout.partition("skipped tests fail")[2].partition("summary info")[0]


@pytest.mark.slow
def test_a_skipped_test_is_fine_elsewhere(tmp_path):
    assert run(tmp_path, SKIPS, "-n0").returncode == 0


@pytest.mark.slow
def test_browser_tests_without_a_browser_say_what_to_do(tmp_path):
    done = run(tmp_path, BROWSER, "-n0", PATH=str(tmp_path))
    assert "not run: no Chromium" in done.stdout
    assert done.returncode == 0


def test_the_tests_use_servers_of_their_own():
    assert places.state_dir().name == "test"
    assert places.state_dir() == settings.STATE_DIR


def test_each_process_has_a_slot_of_its_own(tmp_path):
    code = "from shopops.embedded import slots; print(slots.slot())"

    def ask(**variables):
        environment = os.environ | {"PYTHONPATH": str(PROJECT_DIR)} | variables
        answer = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        return int(answer.stdout)

    assert ask() == slots.slot()  # a program that a test starts shares the test's slot
    assert ask(PYTEST_XDIST_WORKER="gw99") != slots.slot()
    assert ask(SHOPOPS_TEST_SLOT="") != slots.slot()


def test_emptying_the_cache_leaves_the_broker_alone(broker_url):
    number = int(broker_url.rpartition("=")[2])
    with redis.Redis(unix_socket_path=str(places.valkey_socket()), db=number) as broker:
        broker.set("message", "kept")
        cache.set("anything", 1)
        cache.clear()
        assert broker.get("message") == b"kept"
