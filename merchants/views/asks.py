"""What reviewers ask an applicant for, item by item, with the form that answers it."""

from dataclasses import dataclass
from typing import Any

from merchants import reasons, selectors, services
from merchants.document_forms import DocumentForm
from merchants.forms import AnswerForm
from merchants.gaps import checklist_policy
from merchants.models import Application, Document, InfoRequest
from merchants.policy import of as policy_of
from merchants.views.common import named
from merchants.views.documents import requirement_of


@dataclass(frozen=True)
class Ask:
    """A request as the page shows it. `document` is the one it is about, if it is there."""

    request: InfoRequest
    title: str
    advice: str
    form: Any
    document: Document | None = None

    @property
    def is_answered(self) -> bool:
        return self.request.answered_at is not None


def asks_of(application: Application, bound: Any = None, bound_pk: int = 0) -> list[Ask]:
    """What the latest decision asks for; `bound` is the form of request `bound_pk` that did not pass."""
    decision = selectors.latest_decision(application)
    if decision is None:
        return []
    body = policy_of(decision.policy_version)
    found = application.info_requests.filter(decision=decision).select_related("decision__policy_version")
    return [_ask(application, each, body, bound if bound_pk == each.pk else None) for each in found]


def _ask(application: Application, request: InfoRequest, body: Any, bound: Any) -> Ask:
    form = bound or answer_form(application, request)
    document = getattr(form, "document", None)
    if document is not None:
        named([document], checklist_policy(application))
    return Ask(request, services.request_title(request), reasons.advice(body, request.reason), form, document)


def answer_form(application: Application, ask: InfoRequest, data: Any = None, files: Any = None) -> Any:
    """The form that answers a request: a document with its facts, or a value and an explanation."""
    kind, _dot, name = ask.item.partition(".")
    if kind != "document":
        return AnswerForm(data, application=application, item=ask.item, prefix=f"r{ask.pk}")
    body = checklist_policy(application)
    requirement = requirement_of(body, application, name)
    there = application.documents.current().filter(type__in=requirement.types).order_by("-id").first()
    return DocumentForm(data, files, policy=body, types=requirement.types, document=there)
