"""Requests to change a shop's key facts, changes of contacts, told ends of documents, re-verification."""

from merchants.changes.models.change import ChangeDecision, ChangedValue, ChangeRequest, Proof
from merchants.changes.models.contact import ContactChange
from merchants.changes.models.expiry import ExpiryNotice
from merchants.changes.models.verification import Campaign, SectionAnswer, Verification

__all__ = [
    "Campaign",
    "ChangeDecision",
    "ChangeRequest",
    "ChangedValue",
    "ContactChange",
    "ExpiryNotice",
    "Proof",
    "SectionAnswer",
    "Verification",
]
