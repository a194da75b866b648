"""When checks run again: what is read, answered or changed elsewhere reaches the applications that it concerns."""

from typing import Any

from django.db.models.signals import post_save

from merchants import related
from merchants.models import Application, Merchant
from merchants.registers.signals import answered
from merchants.services.checking import changed, changed_company
from shopops.transitions.handler import subscribe

#: After these an application begins or ceases to count as somebody else's relative.
_STEPS = ("submitted", "resubmitted", "withdrawn", "approved", "rejected")


def connect() -> None:
    """Subscribe; for `AppConfig.ready`."""
    subscribe("merchants.document.read", _document_read)
    for step in _STEPS:
        subscribe(f"merchants.application.{step}", _application_moved)
    post_save.connect(_shop_changed, sender=Merchant, dispatch_uid="merchants.rerunning")
    answered.connect(_register_answered, dispatch_uid="merchants.rerunning")


def _document_read(reading: Any, _entry: Any) -> None:
    if reading.document.application_id:
        changed(reading.document.application_id)


def _application_moved(application: Application, _entry: Any) -> None:
    changed(*related.waiting_for_review(application))


def _shop_changed(instance: Merchant, **_more: Any) -> None:
    changed(*related.waiting_for_review(instance))


def _register_answered(uscc: str, **_more: Any) -> None:
    changed_company(uscc)
