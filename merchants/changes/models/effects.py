"""What the world hears of changes, ends of documents and re-verification."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.transitions.handler import Effect, Notice


def _managers(about: Any) -> list[User]:
    """Those who may change details of the shop."""
    from merchants.portal import owners_and_staff

    return owners_and_staff(about.merchant_id, "shop.manage")


def _papers_people(notice: Any) -> list[User]:
    from merchants.portal import owners_and_staff

    return owners_and_staff(notice.merchant_id, "documents.view")


def _former_and_managers(change: Any) -> list[User]:
    from merchants.changes.selectors import told_of_contacts

    return told_of_contacts(change)


def _change(change: Any) -> dict[str, Any]:
    from merchants.changes.selectors import message_of_change

    return message_of_change(change)


def _expiry(notice: Any) -> dict[str, Any]:
    from merchants.changes.selectors import message_of_expiry

    return message_of_expiry(notice)


def _verification(verification: Any) -> dict[str, Any]:
    from merchants.changes.selectors import day_in_words

    return {
        "shop": verification.merchant.shop_name,
        "due": day_in_words(verification.due_on),
        "step": verification.reminded_step,
        "note": verification.note,
    }


def _contacts(change: Any) -> dict[str, Any]:
    return {"shop": change.merchant.shop_name, "fields": list(change.fields), "by": str(change.by), "at": change.at}


def _page(change: Any) -> str:
    return reverse("changes:detail", args=[change.number])


def _shop(_about: Any) -> str:
    return reverse("merchants:shop")


def _answers(_verification: Any) -> str:
    return reverse("changes:verification")


def _own_shop(about: Any) -> dict[int | None, object]:
    """Nobody decides on the shop they work for."""
    from merchants.models import Member

    words = _("This is about your own shop. Somebody else has to decide on it.")
    people: dict[int | None, object] = dict.fromkeys(
        Member.objects.filter(merchant_id=about.merchant_id).values_list("user_id", flat=True), words
    )
    return people


def _not_the_asker(change: Any) -> dict[int | None, object]:
    return {
        **_own_shop(change),
        change.requested_by_id: _("You asked for this change. Somebody else has to decide on it."),
    }


def _not_the_proposer(change: Any) -> dict[int | None, object]:
    proposed = {change.proposed_by_id: _("You proposed this approval. A second person has to approve it.")}
    return proposed | _not_the_asker(change)


def _told(kind: str, recipients: Callable[[Any], list[User]] = _managers) -> Notice:
    return Notice(kind=f"changes.{kind}", recipients=recipients, context=_change, url=_page)


def _asked(kind: str) -> Notice:
    return Notice(kind=f"changes.{kind}", recipients=_managers, context=_verification, url=_answers)


CHANGE: dict[str, Effect] = {
    "submit": Effect("changes.request.submitted", _("Change requested"), _told("request_received")),
    "resubmit": Effect("changes.request.resubmitted", _("Change request sent again"), _told("request_received")),
    "start_review": Effect(
        "changes.request.in_review",
        _("Review of a change started"),
        silent_because="The page of the request shows it; the next message is the decision.",
        not_by=_not_the_asker,
    ),
    "propose_approval": Effect(
        "changes.request.approval_proposed",
        _("Approval of a change proposed"),
        silent_because="Nothing is decided before a second person agrees.",
        not_by=_not_the_asker,
        internal=True,
    ),
    "ask_for_corrections": Effect(
        "changes.request.needs_info",
        _("Corrections of a change asked for"),
        _told("request_needs_info"),
        not_by=_not_the_asker,
    ),
    "approve": Effect(
        "changes.request.approved", _("Change approved"), _told("request_approved"), not_by=_not_the_proposer
    ),
    "reject": Effect(
        "changes.request.rejected", _("Change rejected"), _told("request_rejected"), not_by=_not_the_asker
    ),
    "withdraw": Effect(
        "changes.request.withdrawn",
        _("Change request withdrawn"),
        silent_because="The shop did it and sees it at once; nothing changed.",
    ),
}

#: A birth.
CONTACT: dict[str, Effect] = {
    "apply": Effect(
        "changes.contacts.changed",
        _("Contacts changed"),
        Notice("changes.contacts_changed", _former_and_managers, _contacts, _shop),
    ),
}

#: A birth for each step.
EXPIRY: dict[str, Effect] = {
    "tell": Effect(
        "changes.document.expiring",
        _("Document ends soon"),
        Notice("changes.document_expiring", _papers_people, _expiry, _shop),
    ),
}

CAMPAIGN: dict[str, Effect] = {
    "start": Effect(
        "changes.campaign.started",
        _("Re-verification campaign started"),
        silent_because="Each shop hears of its own re-verification.",
    ),
    "pause": Effect(
        "changes.campaign.paused",
        _("Re-verification campaign paused"),
        silent_because="Shops see the later day on the page; nobody is reminded meanwhile.",
    ),
    "resume": Effect(
        "changes.campaign.resumed",
        _("Re-verification campaign goes on"),
        silent_because="The next reminder names the new day.",
    ),
    "extend": Effect(
        "changes.campaign.extended",
        _("Re-verification campaign extended"),
        silent_because="The page and the next reminder name the new day.",
    ),
}

#: "open" is a birth.
VERIFICATION: dict[str, Effect] = {
    "open": Effect("changes.verification.opened", _("Re-verification asked for"), _asked("verification_opened")),
    "remind": Effect("changes.verification.reminded", _("Re-verification: reminder"), _asked("verification_reminder")),
    "lapse": Effect("changes.verification.overdue", _("Re-verification overdue"), _asked("verification_overdue")),
    "reopen": Effect(
        "changes.verification.reopened",
        _("Re-verification has more time"),
        silent_because="The page and the next reminder name the new day.",
    ),
    "send_to_check": Effect(
        "changes.verification.in_check",
        _("Confirmation drawn for a check"),
        silent_because="The owner has nothing more to do; the page says that it is being checked.",
    ),
    "finish": Effect(
        "changes.verification.done", _("Re-verification done"), _asked("verification_done"), not_by=_own_shop
    ),
    "send_back": Effect(
        "changes.verification.sent_back",
        _("Confirmation sent back"),
        _asked("verification_sent_back"),
        not_by=_own_shop,
    ),
    "cancel": Effect(
        "changes.verification.cancelled",
        _("Re-verification cancelled"),
        silent_because="The shop is closed; nothing is asked of it any more.",
    ),
}
