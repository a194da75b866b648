"""Reasons of decisions: codes of the policy, with the document they concern ("document_missing:food_licence")."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from merchants.errors import ReasonNeeded
from merchants.models import Application, CheckResult
from merchants.policy import OnboardingPolicy, Reason, within

#: What an applicant can correct in place: field names of the application with their labels.
FIELDS = (
    "shop_name", "shop_type", "category", "brand", "region", "legal_name", "uscc", "scope", "legal_person", "id_number",
    "contact_name", "contact_phone", "legal_form", "address", "registered_capital", "established_on", "bank_name",
    "bank_account",
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """A reason a reviewer can tick; `value` is what a decision stores."""

    value: str
    text: str
    checked: bool
    can_be_corrected: bool


def split(value: str) -> tuple[str, str]:
    """Return the reason's code and the document type it concerns ("" when none)."""
    code, _colon, document = value.partition(":")
    return code, document


def _in(language: str, text: object) -> str:
    """A policy text in one language."""
    return str(getattr(text, "zh" if language.startswith("zh") else "en"))


def text(policy: OnboardingPolicy, value: str, language: str = "") -> str:
    """A reason in words, "Food business licence: missing" or "Scope does not cover the category"."""
    language = language or get_language() or "en"
    code, document = split(value)
    reason = policy.reason(code)
    if reason is None:
        return value
    words = _in(language, reason.text)
    if not document:
        return words
    name = _in(language, policy.documents[document].name) if document in policy.documents else document
    return f"{name}：{words}" if language.startswith("zh") else f"{name}: {within(words)}"


def advice(policy: OnboardingPolicy, value: str, language: str = "") -> str:
    """What the applicant can do about a reason."""
    language = language or get_language() or "en"
    reason = policy.reason(split(value)[0])
    return _in(language, reason.advice) if reason else ""


def item(policy: OnboardingPolicy, value: str) -> str:
    """What the applicant has to answer for: "field.uscc", "document.food_licence", "other"."""
    code, document = split(value)
    if document:
        return f"document.{document}"
    reason = policy.reason(code)
    return reason.item if reason else "other"


def options(policy: OnboardingPolicy, application: Application, results: list[CheckResult]) -> list[Option]:
    """Everything a reviewer can tick for this application; what failed checks say is ticked."""
    by_code = {result.code: result for result in results}
    uploaded = list(dict.fromkeys(application.documents.current().values_list("type", flat=True)))
    found: list[Option] = []
    for reason in policy.reasons:
        result = by_code.get(reason.check)
        failed = result is not None and result.outcome == CheckResult.Outcome.FAIL
        for value in _values(reason, result, uploaded):
            found.append(Option(value, text(policy, value), failed, "needs_info" in reason.decisions))
    return sorted(found, key=lambda option: not option.checked)


def _values(reason: Reason, result: CheckResult | None, uploaded: list[str]) -> list[str]:
    if reason.per == "application":
        return [reason.code]
    if reason.per == "uploaded_document":
        return [f"{reason.code}:{document}" for document in uploaded]
    troubled = result.params.get("documents", []) if result and result.outcome != CheckResult.Outcome.PASS else []
    return [f"{reason.code}:{document}" for document in troubled]


def checked(policy: OnboardingPolicy, kind: str, values: list[str], note: str) -> list[str]:
    """Return the values without doubles; raises ReasonNeeded when there are none or one does not fit the decision."""
    unique = list(dict.fromkeys(values))
    if not unique:
        raise ReasonNeeded
    for value in unique:
        code, document = split(value)
        reason = policy.reason(code)
        if reason is None or (document and document not in policy.documents):
            raise ReasonNeeded(
                _("“%(reason)s” is not a reason of the policy in force. Open the case again.") % {"reason": value}
            )
        if kind not in reason.decisions:
            message = (
                _("“%(reason)s” is nothing the applicant can correct. Untick it, or reject.")
                if kind == "needs_info"
                else _("“%(reason)s” can be corrected and is no reason to reject. Untick it, or ask for corrections.")
            )
            raise ReasonNeeded(message % {"reason": text(policy, value)})
    if "other" in unique and not note.strip():
        raise ReasonNeeded(_("Write a note that says what “Other” means; the applicant reads it."))
    return unique
