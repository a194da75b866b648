"""Celery's side of the checks: nothing in, a service call."""

from celery import shared_task


@shared_task(name="merchants.run_changed_checks")
def run_changed_checks() -> None:
    """Run the checks of applications whose facts changed: after a commit, and every few seconds for what was left."""
    from merchants.services.checking import run_changed

    run_changed()
