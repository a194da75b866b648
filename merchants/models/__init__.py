"""Merchants, their people, their applications and documents."""

from merchants.models.agreement import AgreementSigning
from merchants.models.application import Application
from merchants.models.batch import ReviewBatch, ReviewBatchRow
from merchants.models.document import Document
from merchants.models.invitation import HandOver, Invitation
from merchants.models.member import Member
from merchants.models.merchant import Category, Merchant, ShopType
from merchants.models.reading import Reading
from merchants.models.review import CheckResult, Decision, InfoRequest, Recheck
from merchants.models.sample import SampleVerdict

__all__ = [
    "AgreementSigning",
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
    "Reading",
    "Recheck",
    "ReviewBatch",
    "ReviewBatchRow",
    "SampleVerdict",
    "ShopType",
]
