"""Celery's side of reading: an id in, a service call."""

from celery import shared_task


@shared_task(name="merchants.read_document")
def read_document(pk: int) -> None:
    """Read one licence in a bounded child process. It has a queue of its own (settings.CELERY_TASK_ROUTES)."""
    from merchants import reading

    reading.read(pk)
