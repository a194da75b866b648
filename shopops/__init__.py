"""ShopOps: the operations back office of an online marketplace."""

import sys
from pathlib import Path

# `warnings/` is a plain folder that holds the package `warning_center`: a top-level package named `warnings`
# would shadow Python's own module. It must be importable before Celery imports the apps.
_warnings = str(Path(__file__).resolve().parent.parent / "warnings")
if _warnings not in sys.path:
    sys.path.append(_warnings)

from shopops.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
