"""What the world hears of an application's steps."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _applicant(application: Any) -> list[User]:
    return [application.applicant]


def _page(application: Any) -> str:
    return reverse("merchants:application", args=[application.number])


def _portal(_application: Any) -> str:
    return reverse("portal:home")


def _context(application: Any) -> dict[str, Any]:
    """Number and name, the promised date, and the reasons of the latest decision in both languages."""
    from merchants.selectors import latest_note, latest_reasons_text, promised_at

    return {
        "number": application.number,
        "shop_name": application.shop_name,
        "again": application.submissions > 1,
        "promised": promised_at(application) if application.state in application.WITH_REVIEW else None,
        "reasons": latest_reasons_text(application),
        "note": latest_note(application),
    }


def _not_the_applicant(application: Any) -> dict[int | None, object]:
    return {application.applicant_id: _("This is your own application. Somebody else has to decide on it.")}


def _not_the_proposer(application: Any) -> dict[int | None, object]:
    proposed = {application.proposed_by_id: _("You proposed this approval. A second person has to approve it.")}
    return proposed | _not_the_applicant(application)


def _notice(kind: str, url: Any = _page) -> Notice:
    return Notice(kind=f"merchants.application_{kind}", recipients=_applicant, context=_context, url=url)


APPLICATION: dict[str, Effect] = {
    "submit": Effect("merchants.application.submitted", _("Application submitted"), _notice("received")),
    "resubmit": Effect("merchants.application.resubmitted", _("Application sent again"), _notice("received")),
    "start_review": Effect(
        "merchants.application.in_review",
        _("Review started"),
        silent_because="The applicant sees it on the status page; the next message is the decision.",
        not_by=_not_the_applicant,
    ),
    "propose_approval": Effect(
        "merchants.application.approval_proposed",
        _("Approval proposed"),
        silent_because="Nothing is decided before a second person agrees.",
        not_by=_not_the_applicant,
        internal=True,
    ),
    "decline_proposal": Effect(
        "merchants.application.proposal_declined",
        _("Proposal sent back"),
        silent_because="The case goes back to the first person's queue, with the note.",
        not_by=_not_the_proposer,
        internal=True,
    ),
    "ask_for_corrections": Effect(
        "merchants.application.needs_info",
        _("Corrections asked for"),
        _notice("needs_info"),
        not_by=_not_the_applicant,
    ),
    "approve": Effect(
        "merchants.application.approved",
        _("Application approved"),
        _notice("approved", _portal),
        not_by=_not_the_proposer,
    ),
    "reject": Effect(
        "merchants.application.rejected", _("Application rejected"), _notice("rejected"), not_by=_not_the_applicant
    ),
    "withdraw": Effect(
        "merchants.application.withdrawn",
        _("Application withdrawn"),
        silent_because="The applicant did it and sees it at once.",
    ),
}
