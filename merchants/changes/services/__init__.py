"""Writes: one transaction each, keyword-only arguments. Errors are those of `merchants.changes.errors`."""

from merchants.changes.services.campaigns import extend, pause, resume
from merchants.changes.services.contacts import apply_contacts
from merchants.changes.services.deciding import approve, ask_for_corrections, open_case, reject
from merchants.changes.services.proofs import add_proof, remove_proof
from merchants.changes.services.requests import (
    discard,
    draft,
    edit,
    problems,
    renew_document,
    request_change,
    submit,
    withdraw,
)
from merchants.changes.services.verifying import accept, confirm, send_back

__all__ = [
    "accept",
    "add_proof",
    "apply_contacts",
    "approve",
    "ask_for_corrections",
    "confirm",
    "discard",
    "draft",
    "edit",
    "extend",
    "open_case",
    "pause",
    "problems",
    "reject",
    "remove_proof",
    "renew_document",
    "request_change",
    "resume",
    "send_back",
    "submit",
    "withdraw",
]
