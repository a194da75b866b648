"""The reader itself: drawn licences through the distortions, and a child process that its bounds end.

Needs the extra "ocr" (`make install` has it) and a Chinese font (scripts/chromium installs one for the browser tests).
"""

import io
import random
import subprocess
import sys

import pytest

from merchants.ocr import bounded, engine
from tests.merchants import factories

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _can_read() -> None:
    import os

    from merchants.ocr import drawing

    wrong = "" if engine.is_installed() else "the extra “ocr” is not installed: pip install '.[ocr]'"
    if not wrong:
        try:
            drawing.fonts()
        except drawing.NoFont as error:
            wrong = str(error)
    if wrong and os.environ.get("BROWSER_TESTS") == "1":
        pytest.fail(wrong)
    if wrong:
        pytest.skip(wrong)


def picture(seed: int = 5, distortion: str = "") -> bytes:
    from merchants.ocr import drawing
    from merchants.ocr.distortions import DISTORTIONS

    image = drawing.draw(seed).image
    if distortion:
        image = DISTORTIONS[distortion](image, random.Random(seed))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85)
    return kept.getvalue()


def test_licences_are_read_as_promised():
    """Two licences through each distortion here; `manage.py ocr_accuracy --count 200` is the whole measurement."""
    from merchants.ocr import accuracy

    tally, reader = accuracy.Tally(), engine.Engine()
    for seed, distortion in accuracy.samples(12, 300):
        accuracy.measure(reader, seed, distortion, tally)
    assert tally.share(name="uscc") == 1.0, tally.misses
    assert tally.share() >= 0.97, tally.misses


def test_a_child_process_reads_an_upside_down_licence():
    answer = bounded.read(picture(distortion="upside_down"), megabytes=2048, seconds=60)
    assert answer["rotation"] == 180
    assert answer["fields"]["uscc"]["score"] > 0.9
    assert answer["peak_mb"] < 1000


def test_a_picture_that_needs_more_memory_than_allowed_ends_its_own_process_alone():
    assert bounded.read(picture(), megabytes=300, seconds=60) == {"problem": "too_big"}


def test_a_picture_that_takes_too_long_is_given_up():
    assert bounded.read(picture(), megabytes=2048, seconds=1) == {"problem": "too_long"}


def test_what_is_no_picture_is_said_to_be_damaged():
    cut = picture()[:20_000]
    assert bounded.read(cut, megabytes=2048, seconds=60) == {"problem": "damaged"}
    assert bounded.read(b"%PDF-1.4 nothing %%EOF", megabytes=2048, seconds=60) == {"problem": "pdf"}


def test_an_empty_page_has_no_fields():
    assert bounded.read(factories.png(), megabytes=2048, seconds=60) == {"problem": "nothing"}


def test_the_web_process_never_loads_the_reader():
    """Importing every URL, task and job of the site brings none of the reader's packages."""
    code = (
        "import sys, django; django.setup(); import shopops.urls, merchants.jobs, merchants.reading; "
        "sys.exit(sum(name in sys.modules for name in ('rapidocr', 'onnxruntime', 'numpy', 'cv2', 'PIL')))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _environment() -> dict[str, str]:
    import os

    return os.environ | {"DJANGO_SETTINGS_MODULE": "shopops.settings"}
