"""An import that is killed (SIGKILL, in the middle of a chunk) goes on from where it was, and no row lands twice."""

import os
import subprocess
import sys
import textwrap

import pytest
from django.conf import settings
from django.db import connection

from orders import counters
from orders.importing import import_facts
from orders.importing import service as importing
from orders.models import ImportRun, Order, Review

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROWS = 400

KILLED = """
    import os, signal, sys
    import django
    from django.conf import settings
    django.setup()
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from pathlib import Path
    from orders.importing import import_facts, landing

    landing.CHUNK = 50
    land, chunks = landing.land, []

    def land_and_die(*arguments):
        landed = land(*arguments)
        chunks.append(1)
        if len(chunks) == 4:
            os.kill(os.getpid(), signal.SIGKILL)  # everything of the chunk is written, nothing is committed
        return landed

    landing.land = land_and_die
    import_facts("generic", Path(sys.argv[2]))
"""


def test_a_killed_import_is_taken_up_and_finishes(orders_file, monkeypatch):
    lines = [f"{'AB'[n % 2]},{n:05},confirmed,2026-03-01 10:00,2026-03-03 10:00,1.00" for n in range(ROWS)]
    reviews = "".join(f"{'AB'[n % 2]},{n:05},R{n},2,2026-03-05\n" for n in range(ROWS))
    path = orders_file(*lines, "A,bad,confirmed,?,,1", reviews="merchant,order,review,rating,created_at\n" + reviews)
    # The child runs on the test's servers (as pytest does) and on the test's database.
    environment = os.environ | {"PYTHONPATH": f"{settings.BASE_DIR}{os.pathsep}{settings.BASE_DIR / 'warnings'}"}
    child = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), connection.settings_dict["NAME"], str(path)],
        env=environment | {"DJANGO_SETTINGS_MODULE": "shopops.settings"},
        cwd=settings.BASE_DIR,
        timeout=120,
        check=False,
        capture_output=True,
        text=True,
    )
    assert child.returncode == -9, child.stderr
    assert Order.objects.count() == 150  # three chunks, whole
    assert ImportRun.objects.get().state == "running"

    landed = []
    original = importing.landing.land
    monkeypatch.setattr(importing.landing, "land", lambda chunk, *rest: landed.append(chunk) or original(chunk, *rest))
    result = import_facts("generic", path)
    assert result.resumed
    assert sum(chunk.size for chunk in landed) == ROWS - 150  # it did not begin again
    assert (Order.objects.count(), Review.objects.count()) == (ROWS, ROWS)
    assert result.counts["order new"] == ROWS
    run = ImportRun.objects.get()
    assert (run.state, run.counts["order new"], run.rejects) == ("succeeded", ROWS, {"wrong_date": 1})
    assert not counters.recount()
