"""Merchants, their people, their applications and documents."""

from merchants.models.application import Application
from merchants.models.document import Document
from merchants.models.invitation import HandOver, Invitation
from merchants.models.member import Member
from merchants.models.merchant import Category, Merchant, ShopType
from merchants.models.review import CheckResult, Decision, InfoRequest

__all__ = [
    "Application",
    "Category",
    "CheckResult",
    "Decision",
    "Document",
    "HandOver",
    "InfoRequest",
    "Invitation",
    "Member",
    "Merchant",
    "ShopType",
]
