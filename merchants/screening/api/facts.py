"""An application as an outside reviewer reads it: what the decision needs, personal data masked."""

from typing import Any

from django.utils import translation

from merchants import policy, reasons, selectors
from merchants.checks import words
from merchants.models import Application, Document
from merchants.policy import OnboardingPolicy
from shopops.fields import mask

#: Papers that are nothing but personal data; people of other firms do not get them.
WITHHELD = frozenset({"id_card", "bank_account"})


def readable(application: Application) -> list[Document]:
    """The current documents whose files an outside reviewer may have."""
    return list(application.documents.current().exclude(type__in=WITHHELD).order_by("pk"))


def facts(application: Application) -> dict[str, Any]:
    """What the form says, what the checks found, which documents there are, which reasons may be given."""
    body = policy.of(application.policy_version)
    return {
        "shop_name": application.shop_name,
        "shop_type": application.shop_type,
        "category": application.category,
        "brand": application.brand,
        "region": application.region,
        "legal_name": application.legal_name,
        "uscc": application.uscc,
        "scope": application.scope,
        "legal_form": application.legal_form,
        "address": application.address,
        "registered_capital": application.registered_capital,
        "established_on": application.established_on,
        "legal_person": mask(application.legal_person or ""),
        "id_number": mask(application.id_number or ""),
        "contact_name": mask(application.contact_name or ""),
        "contact_phone": mask(application.contact_phone or ""),
        "bank_name": application.bank_name,
        "bank_account": mask(application.bank_account or ""),
        "checks": [
            {"code": each.code, "label": words.label(each.code), "outcome": each.outcome}
            for each in selectors.check_results(application)
        ],
        "documents": [_document(each, body) for each in application.documents.current().order_by("pk")],
        "reasons": _reasons(application),
    }


def _document(document: Document, body: OnboardingPolicy) -> dict[str, Any]:
    return {
        "id": document.pk,
        "type": document.type,
        "name": body.document_name(document.type),
        "number": "" if document.type in WITHHELD else document.number,
        "holder": mask(document.holder) if document.type in WITHHELD else document.holder,
        "issued_on": document.issued_on,
        "expires_on": document.expires_on,
        "content_type": document.content_type,
        "size": document.size,
        "sha256": document.sha256,
        "withheld": document.type in WITHHELD,
    }


def _reasons(application: Application) -> list[dict[str, Any]]:
    """The reasons of the policy in force that fit this application, with the opinions that they may be given for."""
    body = policy.active()[1]
    language = translation.get_language() or "en"
    found = []
    for option in reasons.options(body, application, selectors.check_results(application)):
        reason = body.reason(reasons.split(option.value)[0])
        if reason is not None:
            text = reasons.text(body, option.value, language)
            found.append({"code": option.value, "text": text, "opinions": list(reason.decisions)})
    return found
