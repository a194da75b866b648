"""Versions in shadow: tried by the jobs that decide, beside the version in force, recorded, without any effect."""

import datetime as dt
import logging

from django.db import InterfaceError, OperationalError, transaction

from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyTrial
from shopops.policies.selectors import active_version, shadows, typed

logger = logging.getLogger(__name__)


def run_trials(code: str, as_of: dt.datetime) -> int:
    """Try every shadow version of a kind as of a moment and record what it would have done; returns how many were.

    What was recorded for that moment stays, so that a job that is run again after it decided does not compare with its
    own decisions. A version that cannot be tried is logged and left out: a shadow never stops the job that asks.
    """
    kind = kinds.get(code)
    current = active_version(code, kind.key)
    if kind.trial is None or current is None:
        return 0
    recorded = 0
    for version in shadows(code, kind.key):
        moment = {"version": version, "content_hash": version.content_hash, "as_of": as_of}
        if PolicyTrial.objects.filter(**moment).exists():
            continue
        try:
            with transaction.atomic():
                result = kind.trial.run(typed(version, kind.type), typed(current, kind.type), as_of)
                _trial, is_new = PolicyTrial.objects.get_or_create(
                    **moment, defaults={"against": current, "result": result}
                )
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s could not be tried", version)
            continue
        recorded += is_new
    return recorded
