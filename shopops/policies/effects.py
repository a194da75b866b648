"""What the world hears of a policy version's transitions, and who may not do them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.transitions.handler import Effect, Notice

if TYPE_CHECKING:
    from shopops.policies.models import PolicyVersion

EDITED = "policies.version.edited"


def had_a_hand(version: "PolicyVersion") -> set[int | None]:
    """Who wrote a version: its author, whoever saved it, whoever submitted it. None of them may approve it."""
    editors = Entry.objects.filter(
        content_type=ContentType.objects.get_for_model(version), object_id=version.pk, action=EDITED
    )
    return {version.author_id, version.submitter_id, *editors.values_list("actor_id", flat=True)} - {None}


def _writers(version: "PolicyVersion") -> Iterable[User]:
    return User.objects.filter(pk__in=[pk for pk in had_a_hand(version) if pk])


def _context(version: "PolicyVersion") -> dict[str, Any]:
    from shopops.policies.naming import name_in_all_languages

    return {
        "policy": name_in_all_languages(version),
        "number": version.number,
        "effective_from": version.effective_from,
    }


def _url(version: "PolicyVersion") -> str:
    return reverse("admin:policies_policyversion_change", args=[version.pk])


_QUEUE = "It waits in the queue of those who may approve."
_OWN = "Who does it sees it; nothing changes for anybody else."
_ANNOUNCED = "Merchants were told ahead, when it was approved."

EFFECTS = {
    "start_shadow": Effect("policies.version.shadowed", _("Evaluated in shadow"), silent_because=_OWN),
    "submit": Effect("policies.version.submitted", _("Submitted for approval"), silent_because=_QUEUE),
    "withdraw": Effect("policies.version.withdrawn", _("Taken back to draft"), silent_because=_OWN),
    "reject": Effect(
        "policies.version.rejected",
        _("Rejected"),
        notice=Notice("policies.rejected", _writers, _context, _url),
        not_by=had_a_hand,
    ),
    "approve": Effect(
        "policies.version.approved",
        _("Approved"),
        notice=Notice("policies.approved", _writers, _context, _url),
        not_by=had_a_hand,
    ),
    "activate": Effect("policies.version.activated", _("Came into force"), silent_because=_ANNOUNCED),
    "retire": Effect("policies.version.retired", _("Replaced by a newer version"), silent_because=_ANNOUNCED),
    "discard": Effect("policies.version.discarded", _("Discarded"), silent_because=_OWN),
}
