"""Celery's side of webhooks."""

from celery import shared_task

from shopops.webhooks import dispatch


@shared_task(name="shopops.deliver_webhooks")
def deliver_webhooks() -> None:
    """Deliver what is due: after a commit, and every few seconds for retries and for what a dead worker left."""
    dispatch.deliver_due()
