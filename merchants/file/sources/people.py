"""The people of the shop, its programs, and who of the house looked at what."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from merchants.changes.models import ChangeRequest, Proof
from merchants.file import slices
from merchants.file.models import VisitFile
from merchants.file.timeline import Entry, Source
from merchants.models import Application, Document, HandOver, Invitation, Member, Merchant
from shopops.api.models import ApiKey
from shopops.audit.models import Entry as AuditEntry
from shopops.webhooks.models import Endpoint

_TONES = {"accepted": "ok", "removed": "caution", "left": "caution", "revoked": "caution", "switched_off": "caution"}
#: What says that somebody looked.
LOOKED = (
    "merchants.personal_data.shown", "personal_data.shown", "merchants.document.opened", "changes.proof.opened",
    "merchant_file.file.opened",
)  # fmt: skip


def _members(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[AuditEntry]:
    return slices.audited(slices.about(Member, Invitation, HandOver) & Q(merchant_id=merchant.pk), before, limit)


def members(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Invited, joined, another role, left; ownership handed over."""
    page = reverse("merchant_file:file", args=[merchant.pk]) + "?part=people"
    return slices.told(_members(merchant, before, limit), url=page, tones=_TONES)


def members_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for those who decide who works for the shop."""
    return [
        Entry(each.at, each.action_in_words, each.target_name, reverse("members:list"), _tone(each))
        for each in _members(merchant, before, limit)
    ]


def _programs(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[AuditEntry]:
    return slices.audited(slices.about(ApiKey, Endpoint) & Q(merchant_id=merchant.pk), before, limit)


def programs(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """API keys and webhook endpoints made, changed, taken back."""
    page = reverse("merchant_file:file", args=[merchant.pk]) + "?part=programs"
    return slices.told(_programs(merchant, before, limit), url=page, tones=_TONES)


def programs_told(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The same for those who manage them."""
    return [
        Entry(each.at, each.action_in_words, each.target_name, reverse("api_keys"), _tone(each))
        for each in _programs(merchant, before, limit)
    ]


def looked(merchant: Merchant, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Who opened documents or saw personal data in full, and what for."""
    about = slices.about(Merchant, Application, Document, ChangeRequest, Proof, VisitFile)
    return slices.told(slices.audited(about & Q(merchant_id=merchant.pk, action__in=LOOKED), before, limit), tones={})


def _tone(entry: AuditEntry) -> str:
    return _TONES.get(entry.action.rpartition(".")[2], "")


SOURCES = (
    Source("members", gettext_lazy("People"), "users", members, "merchants.view_member", members_told,
           needs="members.manage"),
    Source("programs", gettext_lazy("API keys and webhooks"), "code", programs, "audit.view_entry", programs_told,
           needs="api.manage"),
    Source("looked", gettext_lazy("Who looked at what"), "eye", looked, "audit.view_entry"),
)  # fmt: skip
