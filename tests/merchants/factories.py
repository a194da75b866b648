"""Applicants, files and applications for the tests of onboarding."""

import datetime as dt
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from merchants import agreements, policy, services
from merchants.models import Application
from shopops.accounts.models import User

TENCENT = "9144030071526726XG"
VANKE = "914403001922038216"
ALIBABA = "91330100799655058B"
GOOD_ID = "11010519491231002X"


def png(seed: int = 0) -> bytes:
    """A real picture of one pixel; another seed makes other bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0" + seed.to_bytes(3, "big"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def upload(name: str = "scan.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if content is None else content)


DETAILS: dict[str, Any] = {
    "shop_name": "北岭户外",
    "shop_type": "multi_brand",
    "category": "sports",
    "region": "杭州",
    "legal_name": "杭州北岭户外用品有限公司",
    "uscc": ALIBABA,
    "scope": "体育用品及器材零售；户外用品销售；互联网销售（除销售需要许可的商品）",
    "legal_person": "林志远",
    "id_number": GOOD_ID,
    "contact_name": "陈怡雯",
    "contact_phone": "138 0013 8000",
    "address": "杭州市滨江区网商路 699 号",
    "bank_name": "招商银行杭州分行",
    "bank_account": "571908877610101",
}


def facts_for(type: str, application: Application) -> dict[str, Any]:
    """What an honest applicant types from a document of this type."""
    kind = policy.active()[1].documents[type]
    today = timezone.localdate()
    facts: dict[str, Any] = {}
    if "number" in kind.facts:
        facts["number"] = application.uscc if type == "business_licence" else f"No. {type}"
    if "holder" in kind.facts:
        facts["holder"] = application.legal_name
    if "issued" in kind.facts:
        facts["issued_on"] = today - dt.timedelta(days=100)
    if "expires" in kind.facts:
        facts["expires_on"] = today + dt.timedelta(days=800)
    return facts


def draft(applicant: User, *, signed: bool = True, **changes: Any) -> Application:
    """A draft with everything that the checklist asks for, its agreements signed unless told otherwise."""
    application = services.start_application(applicant=applicant)
    application = services.save_details(application=application, **{**DETAILS, **changes})
    body = policy.active()[1]
    for number, requirement in enumerate(body.requirements(application.shop_type, application.category)):
        services.add_document(
            application=application,
            type=requirement.main,
            file=upload(f"{requirement.main}.png", png(number)),
            actor=applicant,
            **facts_for(requirement.main, application),
        )
    for version in agreements.owed(application=application) if signed else ():
        agreements.sign(version=version, application=application, actor=applicant, language="zh-hans")
    return application


def submitted(applicant: User, **changes: Any) -> Application:
    return services.submit(application=draft(applicant, **changes), actor=applicant)
