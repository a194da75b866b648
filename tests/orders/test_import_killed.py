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
from tests.orders.factories import make_merchant

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


def test_what_was_rejected_before_the_kill_and_is_acceptable_now_lands_too(orders_file, monkeypatch):
    make_merchant(external_id="B")
    row = "confirmed,2026-03-01 10:00,2026-03-03 10:00,1.00"
    path = orders_file(f"A,1,{row}", f"B,1,{row}", f"B,2,{row}") / "orders.csv"
    monkeypatch.setattr(importing.landing, "CHUNK", 1)
    original = importing.landing.land

    def land_one_and_break_off(chunk, *rest):
        if Order.objects.exists():
            raise KeyboardInterrupt
        return original(chunk, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(importing.landing, "land", land_one_and_break_off)
        with pytest.raises(KeyboardInterrupt):
            import_facts("generic", path)
    assert (Order.objects.count(), ImportRun.objects.get().rejects) == (1, {"unknown_merchant": 1})

    make_merchant(external_id="A")
    result = import_facts("generic", path)
    assert (result.rejects, Order.objects.count()) == ({}, 3)
    assert (result.counts["order new"], result.counts["order unchanged"]) == (2, 1)
    assert not result.resumed  # it began again
    run = ImportRun.objects.get()
    assert (run.state, run.rejects, run.counts["order new"]) == ("succeeded", {}, 2)
