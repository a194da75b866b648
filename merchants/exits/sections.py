"""The merchants' own sections of a merchant's records. Personal data of others than the shop stays out: people are
named by their role, operators not at all; the shop's own numbers are masked as on its pages."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import agreements
from merchants import policy as onboarding
from merchants.exits import selectors
from merchants.exits.models import Exit
from merchants.exits.records import Section, Table
from merchants.models import Application, Document, Merchant
from merchants.selectors import decisions_told
from shopops.audit import words
from shopops.audit.models import Entry
from shopops.audit.receipts import NotSealed, receipt_of
from shopops.fields import EncryptedTextField, mask

#: So many of the newest decisions; each with its receipt.
MAX_ENTRIES = 1000
_HIDDEN = frozenset({"id", "phone_digest", "id_digest", "bank_digest"})


def _profile(merchant: Merchant) -> Table:
    rows: list[tuple[str, str, Any]] = []
    for each in merchant._meta.concrete_fields:
        if each.name in _HIDDEN:
            continue
        value = getattr(merchant, each.attname)
        if isinstance(each, EncryptedTextField):
            value = mask(value or "")
        rows.append((each.name, str(each.verbose_name), dict(each.flatchoices).get(value, value)))
    return Table([("field", _("Field")), ("label", _("Name")), ("value", _("Value"))], rows)


def _people(merchant: Merchant) -> Table:
    members = merchant.members.order_by("since", "id")
    columns = [("role", _("Role")), ("since", _("Since"))]
    return Table(columns, [(each.get_role_display(), each.since) for each in members])


def _documents(merchant: Merchant) -> Table:
    body = onboarding.active()[1]
    columns = [
        ("type", _("Type")),
        ("number", _("Number")),
        ("holder", _("Holder")),
        ("issued", _("Issued")),
        ("expires", _("Expires")),
        ("uploaded", _("Uploaded")),
        ("replaced", _("Replaced")),
        ("sha256", _("SHA-256")),
    ]
    found = Document.objects.filter(merchant=merchant).order_by("uploaded_at", "id")
    rows = (
        (
            *(body.document_name(each.type), each.number, each.holder, each.issued_on, each.expires_on),
            *(each.uploaded_at, each.replaced_at, each.sha256),
        )
        for each in found.iterator(chunk_size=500)
    )
    return Table(columns, rows)


def _applications(merchant: Merchant) -> Table:
    columns = [
        ("number", _("Application")),
        ("submitted", _("Submitted")),
        ("decision", _("Decision")),
        ("decided", _("Decided")),
        ("note", _("Note")),
    ]
    return Table(columns, _decisions(merchant))


def _decisions(merchant: Merchant) -> Iterator[tuple[Any, ...]]:
    for application in Application.objects.filter(merchant=merchant).order_by("id"):
        told = application.decisions.filter(kind__in=["approve", "needs_info", "reject"]).order_by("id")
        for decision in told:
            yield (
                *(application.number, application.submitted_at, decision.get_kind_display(), decision.at),
                decision.note,
            )


def _agreements(merchant: Merchant) -> Table:
    columns = [
        ("agreement", _("Agreement")),
        ("version", _("Version")),
        ("signed", _("Signed")),
        ("text_hash", _("SHA-256 of the text")),
    ]
    rows = agreements.signings_of(merchant).order_by("signed_at", "id")
    return Table(columns, [(each.version.key, each.version.number, each.signed_at, each.text_hash) for each in rows])


def _exits(merchant: Merchant) -> Table:
    columns = [
        ("number", _("Exit")),
        ("kind", _("Kind")),
        ("state", _("State")),
        ("requested", _("Requested")),
        ("notice_from", _("Notice since")),
        ("notice_until", _("Notice until")),
        ("closed", _("Closed")),
        ("step", _("Settlement step")),
        ("status", _("Status")),
        ("amount", _("Amount")),
        ("currency", _("Currency")),
        ("note", _("Note")),
    ]
    return Table(columns, _exit_rows(merchant))


def _exit_rows(merchant: Merchant) -> Iterator[tuple[Any, ...]]:
    for leaving in selectors.visible_to_shop().filter(merchant=merchant).order_by("id"):
        head = _exit_head(leaving)
        steps = list(leaving.steps.order_by("position"))
        for step in steps:
            yield (*head, step.title, step.get_status_display(), step.amount, step.currency, step.note)
        if not steps:
            yield (*head, "", "", None, "", "")


def _exit_head(leaving: Exit) -> tuple[Any, ...]:
    return (
        *(leaving.number, leaving.get_kind_display(), leaving.get_state_display(), leaving.requested_at),
        *(leaving.notice_from, leaving.notice_until, leaving.closed_at),
    )


def _decisions_told(merchant: Merchant) -> Table:
    """The audit log as the merchant may know it, each entry with the file that proves it."""
    entries = decisions_told(Entry.objects.filter(merchant_id=merchant.pk)).order_by("-id")[:MAX_ENTRIES]
    files: dict[str, bytes] = {}
    rows = []
    for entry in reversed(entries):
        name = f"receipts/{entry.pk}.json"
        try:
            files[name] = receipt_of(entry)
        except NotSealed:
            name = ""
        state = str(entry.after.get("state", ""))
        who = entry.actor_roles or (_("the shop") if entry.actor_id else _("the platform"))
        rows.append((entry.at, words.in_words(entry.action), entry.target_name, state, entry.reason, who, name))
    columns = [
        ("at", _("When")),
        ("action", _("What")),
        ("about", _("About")),
        ("state", _("State")),
        ("reason", _("Reason")),
        ("by", _("By")),
        ("receipt", _("Receipt")),
    ]
    return Table(columns, rows, files)


SECTIONS = (
    Section("profile", gettext_lazy("The shop"), _profile),
    Section("people", gettext_lazy("People"), _people),
    Section("documents", gettext_lazy("Documents"), _documents),
    Section("applications", gettext_lazy("Applications and decisions"), _applications),
    Section("agreements", gettext_lazy("Signed agreements"), _agreements),
    Section("exits", gettext_lazy("Exits and settlements"), _exits),
    Section("decisions", gettext_lazy("Decisions about the shop, with receipts"), _decisions_told),
)
