"""Programs run as one: their logs, their restarts, their end."""

import json
import os
import re
import signal
import time

import pytest

from .helpers import expect, is_alive, python, wait_for

pytestmark = pytest.mark.slow

# Runs the programs given as {name: code}; each says its process number first. The run itself may be under nohup.
DRIVER = """
import json, os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from shopops.embedded.supervisor import Program, Stopped, Supervisor
codes = json.loads(os.environ["CODES"])
supervisor = Supervisor(list(codes), dict(os.environ))
say_pid = "import os, signal, sys, time; print('pid', os.getpid(), flush=True)\\n"
with supervisor.signals():
    try:
        supervisor.start([Program(name, [sys.executable, "-u", "-c", say_pid + code]) for name, code in codes.items()])
        supervisor.watch(lambda: None)
    except Stopped:
        supervisor.stop(1.5)
        supervisor.say("ALL STOPPED")
"""
LIVES = "time.sleep(600)"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\ntime.sleep(600)"


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(**codes):
        process = python(DRIVER, tmp_path, CODES=json.dumps(codes))
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def pid_of(process, name):
    return int(re.search(r"pid (\d+)", expect(process, f"{name} | pid")).group(1))


def test_each_line_carries_the_name_of_its_program(supervise):
    process = supervise(web="print('one'); print('two', end=''); time.sleep(600)", worker="time.sleep(600)")
    lines = [process.stdout.readline() for _ in range(3)]
    assert all(re.match(r"(web    \| (pid \d+|one))|(worker \| pid \d+)$", line.rstrip()) for line in lines)
    process.terminate()
    assert "two" in expect(process, "web    | two")


def test_a_program_that_ends_is_started_again_after_a_growing_pause(supervise):
    process = supervise(web="sys.exit(3)")
    moments = []
    for pause in (1, 2):
        assert f"exit status 3), starts again in {pause} s" in expect(process, "starts again")
        moments.append(time.monotonic())
    assert 0.9 < moments[1] - moments[0] < 2.5


def test_a_killed_program_is_started_again(supervise):
    process = supervise(web=LIVES)
    first = pid_of(process, "web")
    os.kill(first, signal.SIGKILL)
    assert "signal SIGKILL" in expect(process, "starts again")
    assert pid_of(process, "web") != first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(supervise, number):
    process = supervise(web=LIVES)
    child = pid_of(process, "web")
    process.send_signal(number)
    expect(process, "ALL STOPPED")
    assert process.wait(5) == 0
    assert not is_alive(child)


def test_a_program_that_does_not_end_is_killed_in_time(supervise):
    process = supervise(web=STUBBORN)
    child = pid_of(process, "web")
    expect(process, "deaf")
    began = time.monotonic()
    process.terminate()
    expect(process, "did not end in time and is killed")
    expect(process, "ALL STOPPED")
    assert time.monotonic() - began < 4
    assert not is_alive(child)


def test_a_second_signal_ends_everything_at_once(supervise):
    process = supervise(web=STUBBORN)
    expect(process, "deaf")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    expect(process, "ALL STOPPED")
    assert time.monotonic() - began < 1.4


def test_programs_die_with_a_killed_supervisor(supervise):
    process = supervise(web=LIVES, worker=STUBBORN)
    children = [int(re.search(r"pid (\d+)", expect(process, "pid")).group(1)) for _ in range(2)]
    process.kill()
    wait_for(lambda: not any(map(is_alive, children)), seconds=5)


def test_everything_ends_when_nobody_reads_the_output(supervise):
    process = supervise(web="while True: print('line'); time.sleep(0.05)")
    child = pid_of(process, "web")
    process.stdout.close()
    assert process.wait(10) == 0
    assert not is_alive(child)
    process.stdout = None


def test_output_without_a_terminal_has_no_colours(supervise):
    process = supervise(web=LIVES)
    assert "\033" not in process.stdout.readline()
