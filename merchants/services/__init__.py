"""Writes: one transaction each, keyword-only arguments. Errors are those of `merchants.errors`."""

from merchants.gaps import required_fields
from merchants.services.applications import (
    answer,
    apply_again,
    open_requests,
    problems,
    request_title,
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
    approve_by_rule,
    ask_for_corrections,
    changed_since_decision,
    decline_proposal,
    open_case,
    put_aside,
    reject,
)
from merchants.services.shops import PERSONAL_FIELDS, open_shop, reveal

__all__ = [
    "PERSONAL_FIELDS",
    "QUEUE",
    "Opened",
    "add_document",
    "answer",
    "apply_again",
    "approve",
    "approve_by_rule",
    "ask_for_corrections",
    "change_facts",
    "changed_since_decision",
    "decline_proposal",
    "item_of",
    "open_case",
    "open_requests",
    "open_shop",
    "problems",
    "put_aside",
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
