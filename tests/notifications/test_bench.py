"""The machinery of `make bench`, at tiny sizes: whether a promise holds is for the bench itself to say."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from shopops.bench.registry import Row
from shopops.bench.report import Result

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments):
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "ALLOWED_HOSTS": "localhost",
    }
    command = [sys.executable, "manage.py", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'bench_%'")
        return cursor.fetchone()[0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_prints_a_line_per_row_and_leaves_no_database(make_user):
    user = make_user()
    done = bench("--rows", "notice", "--size", "recipients=200", "--size", "emails=40")
    lines = re.findall(r"(?m)^BENCH (\S+) ([\d.]+) >=([\d.]+) (ok|short)$", done.stdout)
    assert [line[0] for line in lines] == ["notice-inapp", "notice-email"], done.stdout + done.stderr
    assert done.returncode == int(any(line[3] == "short" for line in lines))
    assert databases() == 0
    user.refresh_from_db()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [("--rows", "nothing"), ("--rows", "notice", "--size", "mails=3")])
def test_an_unknown_row_or_size_is_named(arguments):
    done = bench(*arguments)
    assert done.returncode == 1 and arguments[-1].split("=")[0] in done.stderr


def test_a_row_holds_on_the_right_side_of_its_goal():
    higher = Row("up", 1.8, "higher", {"n": 1}, lambda sizes: 2.0, "what")
    lower = Row("down", 1.3, "lower", {}, lambda sizes: 1.0, "what")
    assert higher.verdict(1.8) and not higher.verdict(1.79)
    assert lower.verdict(1.3) and not lower.verdict(1.31)
    assert Result(higher, 1.5, {"n": 1}).line == "BENCH up 1.50 >=1.8 short"
    assert Result(lower, 1.2, {}).line == "BENCH down 1.20 <=1.3 ok"
