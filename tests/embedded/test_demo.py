"""`make run` from an empty data folder: everything starts, survives, ends, and comes back."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from .helpers import PROJECT_DIR, environment, expect, is_alive, short_folder, wait_for

# One worker runs them all: they share one running house.
pytestmark = pytest.mark.slow
OF_A_DEPLOYMENT = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """One `make run`, as its user sees it."""

    def __init__(self, state, port):
        self.base = f"http://127.0.0.1:{port}"
        self.environment = {
            name: value for name, value in environment(state, PORT=str(port)).items() if name not in OF_A_DEPLOYMENT
        }
        self.process = self.run("-m", "shopops.embedded", "run")
        self.children = []

    def run(self, *arguments):
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def await_ready(self):
        seconds = float(re.search(r"\((.*) s\)", expect(self.process, "ShopOps is ready")).group(1))
        self.children = descendants(self.process.pid)
        return seconds

    def page(self, path, opener=None, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.base + path, data, {"Referer": self.base})
        with (opener or urllib.request.build_opener()).open(request, timeout=30) as answer:
            return answer.status, answer.url, answer.read().decode()

    def stop(self):
        self.process.terminate()
        expect(self.process, "Stopped")
        status = self.process.wait(10)
        self.process.stdout.close()
        return status


def descendants(pid):
    """The processes below one, of all generations."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [grandchild for child in found for grandchild in descendants(child)]


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.fixture(scope="module")
def house():
    with short_folder() as state:
        started = House(state, free_port())
        try:
            started.await_ready()
            yield started
        finally:
            if started.process.poll() is None:
                started.stop()


def test_every_page_answers(house):
    assert house.page("/healthz")[2].count('"ok"') == 4
    for path in ("/admin/login/", "/status/", "/api/v1/docs/"):
        assert house.page(path)[0] == 200


def test_a_printed_sign_in_opens_the_portal(house):
    sign_ins = (Path(house.environment["STATE"]) / "sign-ins.txt").read_text(encoding="utf-8")
    password = re.search(r"passwords?: (\S+)", sign_ins).group(1)
    merchant = re.search(r"/portal/\s+(\S+@\S+)", sign_ins).group(1)
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    form = house.page("/accounts/login/?next=/portal/", opener)[2]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form).group(1)
    status, url, _ = house.page(
        "/accounts/login/?next=/portal/", opener, login=merchant, password=password, csrfmiddlewaretoken=token
    )
    assert (status, url) == (200, f"{house.base}/portal/")


def test_management_commands_use_the_running_database(house):
    command = house.run(
        "manage.py", "shell", "-v0", "-c", "from merchants.models import *; print(Merchant.objects.count())"
    )
    assert int(command.communicate(timeout=60)[0].split()[-1]) > 100
    assert house.page("/healthz")[0] == 200


def test_a_second_one_on_the_same_data_is_refused(house):
    second = house.run("-m", "shopops.embedded", "run")
    said = second.communicate(timeout=30)[0]
    assert second.returncode == 1
    assert "ShopOps already runs on the data in" in said


def test_a_taken_port_is_named_with_a_remedy(house):
    port = int(house.base.rpartition(":")[2])
    with short_folder() as state:
        other = House(state, port)
        said = other.process.communicate(timeout=30)[0]
    assert other.process.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used: address already in use." in said
    assert f"make run PORT={port + 1}" in said


def test_data_in_use_is_not_reset(house):
    reset = house.run("-m", "shopops.embedded", "reset")
    assert "Stop `make run` first" in reset.communicate(timeout=30)[0]
    assert house.page("/healthz")[0] == 200


@pytest.mark.parametrize("part", ["worker", "gunicorn"])
def test_a_killed_program_comes_back(house, part):
    victim = next(pid for pid in descendants(house.process.pid) if f"\0{part}\0" in command_of(pid))
    os.kill(victim, signal.SIGKILL)
    assert "signal SIGKILL" in expect(house.process, "starts again")

    def healthy():
        try:
            return house.page("/healthz")[0] == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_for(lambda: any(f"\0{part}\0" in command_of(pid) for pid in descendants(house.process.pid)), seconds=20)
    wait_for(healthy, seconds=30)


def test_it_ends_cleanly_and_starts_again_with_its_data(house):
    everything = descendants(house.process.pid)
    began = time.monotonic()
    assert house.stop() == 0
    assert time.monotonic() - began < 20
    assert not any(map(is_alive, everything))
    again = House(Path(house.environment["STATE"]), free_port())
    try:
        # Under 10 s on an idle machine; other tests run beside this one.
        assert again.await_ready() < 40
        assert again.page("/healthz")[0] == 200
        count = again.run(
            "manage.py", "shell", "-v0", "-c", "from merchants.models import *; print(Merchant.objects.count())"
        )
        assert int(count.communicate(timeout=60)[0].split()[-1]) > 100
        children = descendants(again.process.pid)
    finally:
        again.process.kill()
    wait_for(lambda: not any(map(is_alive, children)), seconds=15)
    again.process.stdout.close()
