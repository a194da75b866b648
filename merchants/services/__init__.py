"""Writes: one transaction each, keyword-only arguments. Errors are those of `merchants.errors`."""

from merchants.services.applications import (
    answer,
    open_requests,
    problems,
    request_title,
    required_fields,
    save_details,
    start_application,
    submit,
    withdraw,
)
from merchants.services.checking import run_checks
from merchants.services.documents import add_document, change_facts, record_opening, remove_document
from merchants.services.queueing import QUEUE, item_of
from merchants.services.review import (
    Opened,
    approve,
    ask_for_corrections,
    changed_since_decision,
    open_case,
    reject,
)
from merchants.services.shops import PERSONAL_FIELDS, open_shop, reveal

__all__ = [
    "PERSONAL_FIELDS",
    "QUEUE",
    "Opened",
    "add_document",
    "answer",
    "approve",
    "ask_for_corrections",
    "change_facts",
    "changed_since_decision",
    "item_of",
    "open_case",
    "open_requests",
    "open_shop",
    "problems",
    "record_opening",
    "reject",
    "remove_document",
    "request_title",
    "required_fields",
    "reveal",
    "run_checks",
    "save_details",
    "start_application",
    "submit",
    "withdraw",
]
