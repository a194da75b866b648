"""The form beside a document, field by field, differences marked."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from merchants.checks.identity import compact
from merchants.checks.papers import plain_name
from merchants.models import Application, Document
from merchants.policy import OnboardingPolicy
from merchants.services.shops import PERSONAL_FIELDS
from shopops.fields import mask
from shopops.ui import formats


@dataclass(frozen=True)
class Row:
    """One line. `agrees` None: nothing to compare. `personal` names the field that "Show" unmasks."""

    number: int
    label: str
    form: str | SafeString
    document: str | SafeString = ""
    agrees: bool | None = None
    code: bool = False
    personal: str = ""


def marked(text: str, other: str) -> SafeString:
    """Return `text` with the stretch that differs from `other` marked."""
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(text), len(other)) - start and text[-1 - end] == other[-1 - end]:
        end += 1
    changed = text[start : len(text) - end]
    if not changed:
        return format_html("{}", text)
    return format_html("{}<mark>{}</mark>{}", text[:start], changed, text[len(text) - end :] if end else "")


def rows(application: Application, document: Document | None, body: OnboardingPolicy, shown: str = "") -> list[Row]:
    """The form's values beside what the applicant typed from `document`; what differs comes first.

    `shown` is the one piece of personal data that is not masked this time.
    """
    kind = body.documents.get(document.type) if document else None
    holder = document.holder if document and kind else ""
    is_company = bool(kind and kind.holder == "company")
    is_licence = bool(document and document.type == "business_licence")
    lines: list[dict[str, Any]] = [
        _compared(_("Name"), application.legal_name, holder, plain_name, is_company),
        {
            **_compared(_("Credit code"), application.uscc, document.number if document else "", compact, is_licence),
            "code": True,
        },
        {"label": _("Scope"), "form": application.scope},
        {"label": _("Brand"), "form": application.brand},
        {"label": _("Region"), "form": application.region},
    ]
    lines += [_personal(application, name, shown) for name in PERSONAL_FIELDS]
    if document and not is_licence and document.number:
        lines.append({"label": _("Document number"), "form": "", "document": document.number, "code": True})
    if document and holder and not is_company:
        lines.append({"label": _("Owner on the document"), "form": "", "document": holder})
    if document and document.issued_on:
        lines.append({"label": _("Issued on"), "form": "", "document": formats.day(document.issued_on, year="always")})
    if document and kind and "expires" in kind.facts:
        until = formats.day(document.expires_on, year="always") if document.expires_on else _("no end")
        lines.append({"label": _("Valid until"), "form": "", "document": until})
    lines = [line for line in lines if line.get("form") or line.get("document")]
    lines.sort(key=lambda line: line.get("agrees") is not False)
    return [Row(number=number, **line) for number, line in enumerate(lines, start=1)]


def _compared(label: str, form: str, document: str, plain: Any, comparable: bool) -> dict[str, Any]:
    if not comparable or not document:
        return {"label": label, "form": form}
    if plain(form) == plain(document):
        return {"label": label, "form": form, "document": document, "agrees": True}
    return {"label": label, "form": form, "document": marked(document, form), "agrees": False}


def _personal(application: Application, name: str, shown: str) -> dict[str, Any]:
    value = getattr(application, name) or ""
    label = {
        "legal_person": _("Legal person"),
        "id_number": _("ID number"),
        "contact_name": _("Contact"),
        "contact_phone": _("Phone"),
        "bank_account": _("Bank account"),
    }[name]
    if name == shown:
        return {"label": label, "form": value}
    return {"label": label, "form": mask(value), "personal": name if value else ""}
