"""Merchants, their people, their applications and documents."""

from merchants.models.application import Application
from merchants.models.document import Document
from merchants.models.merchant import Category, Member, Merchant, ShopType
from merchants.models.review import CheckResult, Decision, InfoRequest

__all__ = [
    "Application",
    "Category",
    "CheckResult",
    "Decision",
    "Document",
    "InfoRequest",
    "Member",
    "Merchant",
    "ShopType",
]
