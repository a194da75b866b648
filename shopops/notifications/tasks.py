"""Celery's side of delivery."""

from celery import shared_task

from shopops.notifications import delivery


@shared_task(name="shopops.deliver_queued")
def deliver_queued() -> None:
    """Send what is due."""
    delivery.deliver_queued()


@shared_task(name="shopops.sweep_deliveries")
def sweep_deliveries() -> None:
    """Every few seconds: give back what died in flight, and send whatever is due, retries included."""
    delivery.requeue_stuck()
    delivery.deliver_queued()
