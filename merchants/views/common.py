"""What the applicant's pages share."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from merchants import agreements, selectors
from merchants.errors import OnboardingError
from merchants.gaps import gaps
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
    """Where a draft stands: details, documents, agreements (when there are any), submit; what is complete is done."""
    names = {
        "details": _("Details"),
        "documents": _("Documents"),
        "agreements": _("Agreements"),
        "submit": _("Submit"),
    }
    if not agreements.asked(application=application) and current != "agreements":
        del names["agreements"]
    open_steps = {gap.step for gap in gaps(application)}
    if not application.shop_type or not application.category:
        open_steps.add("documents")
    return [
        Step(
            name,
            state="current" if code == current else "next" if code in open_steps or code == "submit" else "done",
        )
        for code, name in names.items()
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
