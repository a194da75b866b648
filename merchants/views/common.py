"""What the applicant's pages share."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from merchants import selectors
from merchants.errors import OnboardingError
from merchants.models import Application, Document
from merchants.policy import OnboardingPolicy, Requirement
from shopops.accounts.models import User
from shopops.transitions.handler import SecondPersonNeeded
from shopops.ui.parts import Step

EDITABLE = (Application.State.DRAFT, Application.State.NEEDS_INFO)


def person(request: HttpRequest) -> User:
    """Who is signed in; for views behind login_required."""
    return cast(User, request.user)


def own(request: HttpRequest, number: str) -> Application:
    """The signed-in person's application; 404 for everybody else's, as if it did not exist."""
    return get_object_or_404(selectors.applications_of(person(request)), number=number)


def tell(request: HttpRequest, error: OnboardingError | SecondPersonNeeded) -> None:
    """Show what went wrong on the next page."""
    messages.error(request, str(error))


def draft_steps(current: str, application: Application) -> list[Step]:
    """Where a draft stands: details, documents, submit."""
    names = {"details": _("Details"), "documents": _("Documents"), "submit": _("Submit")}
    order = list(names)
    at = order.index(current)
    return [
        Step(names[code], state="current" if index == at else "done" if index < at else "next")
        for index, code in enumerate(order)
    ]


def line_of(requirement: Requirement, documents: list[Document]) -> dict[str, Any]:
    """A line of the checklist with what is there."""
    there = [each for each in documents if each.type in requirement.types]
    several = any(requirement.policy.documents[code].several for code in requirement.types)
    return {
        "main": requirement.main,
        "name": requirement.name,
        "hint": requirement.hint,
        "documents": there,
        "several": several,
        "choice": len(requirement.types) > 1,
        "requirement": requirement,
    }


def named(documents: list[Document], body: OnboardingPolicy) -> list[Document]:
    """Give documents their type in words (`.type_name`) and whether such documents run out (`.can_end`)."""
    for each in documents:
        each.type_name = body.document_name(each.type)  # type: ignore[attr-defined]
        kind = body.documents.get(each.type)
        each.can_end = bool(kind and "expires" in kind.facts)  # type: ignore[attr-defined]
    return documents
