"""What follows from what happens to applications."""

from merchants.models import Application
from merchants.screening import services, tasks
from shopops.audit.models import Entry
from shopops.jobs.starting import after_commit
from shopops.transitions.handler import subscribe

JUDGED_AFTER = ("submitted", "resubmitted")
ENDED_BY = ("approved", "rejected", "needs_info", "withdrawn")


def judge(application: Application, _entry: Entry) -> None:
    """Have it judged by a worker after the commit; the sweep finds it if nobody hears."""
    after_commit(tasks.judge, application.pk)


def withdraw_requests(application: Application, _entry: Entry) -> None:
    """Nobody outside is asked about what is decided."""
    services.withdraw_all(application)


def listen() -> None:
    """For AppConfig.ready."""
    for event in JUDGED_AFTER:
        subscribe(f"merchants.application.{event}", judge)
    for event in ENDED_BY:
        subscribe(f"merchants.application.{event}", withdraw_requests)
