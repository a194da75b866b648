"""Celery's side of the registers: nothing in, a service call."""

from celery import shared_task


@shared_task(name="merchants.ask_registers")
def ask_registers() -> None:
    """Ask what is due: after a commit, and every minute for retries and for what a dead worker left."""
    from merchants.registers.services import ask_due

    ask_due()
