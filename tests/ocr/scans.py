"""An application whose licence was read, for the tests of the workbench."""

import json
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from merchants import agreements, policy, reading, services
from merchants.models import Application, Document
from shopops.accounts.models import User
from tests.merchants import factories

LICENCES = Path(__file__).resolve().parents[2] / "shopops" / "demo" / "licences"
#: 青屿: the licence says 食品贸易 and room 308, the form 食品 and room 306.
FORM = {
    "shop_name": "青屿食品旗舰店",
    "region": "浙江",
    "legal_name": "杭州青屿食品有限公司",
    "uscc": "91330106MA7QX0T40L",
    "legal_form": "有限责任公司",
    "legal_person": "许雨桐",
    "registered_capital": "200万元人民币",
    "established_on": "2021-04-16",
    "address": "浙江省杭州市西湖区文渊路18号306室",
    "scope": "体育用品及器材零售",
}


def recorded(key: str = "qingyu") -> dict[str, Any]:
    """What the reader found on a licence of the demo."""
    return dict(json.loads((LICENCES / "readings.json").read_text(encoding="utf-8"))[key])


def handed_in(applicant: User, key: str = "qingyu", **changes: Any) -> tuple[Application, Document]:
    """A submitted application with a licence of the demo, read; and the licence."""
    application = factories.draft(applicant, **{**FORM, **changes})
    picture = SimpleUploadedFile("licence.jpg", (LICENCES / f"{key}.jpg").read_bytes())
    facts = factories.facts_for("business_licence", application)
    licence = services.add_document(
        application=application, type="business_licence", file=picture, actor=applicant, **facts
    )
    reading.keep(document=licence, **recorded(key))
    for version in agreements.owed(application=application):
        agreements.sign(version=version, application=application, actor=applicant, language="zh-hans")
    return services.submit(application=application, actor=applicant), licence


def body() -> Any:
    return policy.active()[1]
