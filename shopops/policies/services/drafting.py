"""Drafts: new ones, edits of several people, roll-backs."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.audit.models import Entry
from shopops.audit.selectors import history as audit_history
from shopops.policies.bodies import content_hash, validated
from shopops.policies.compare import Change, changes
from shopops.policies.effects import EDITED
from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.nodes import node_of
from shopops.policies.selectors import active_version
from shopops.policies.services.deciding import submit
from shopops.policies.services.locking import lock_policy
from shopops.transitions.handler import TransitionRefused

DRAFTED = "policies.version.drafted"


class DraftChanged(Exception):
    """Somebody else saved the draft since it was opened; nothing was written. `who` and what they changed."""

    def __init__(self, version: PolicyVersion, edits: list[tuple[Entry, list[Change]]]) -> None:
        self.version, self.edits = version, edits
        who = ", ".join(dict.fromkeys(entry.actor_name for entry, _changes in edits)) or "–"
        super().__init__(
            _("%(who)s saved this draft while you had it open. Your values are kept below and not saved yet.")
            % {"who": who}
        )


def add_version(kind: PolicyKind, key: str, body: dict[str, Any], **fields: Any) -> PolicyVersion:
    """Write a row with the next number. The caller holds the policy's lock and has checked the body."""
    numbers = PolicyVersion.objects.filter(kind=kind.code, key=key).aggregate(last=Max("number"))
    return PolicyVersion.objects.create(
        kind=kind.code, key=key, number=(numbers["last"] or 0) + 1, body=body, content_hash=content_hash(body), **fields
    )


@transaction.atomic
def create_draft(
    *,
    kind: PolicyKind,
    author: User,
    key: str = "",
    body: dict[str, Any] | None = None,
    based_on: PolicyVersion | None = None,
    note: str = "",
    rolls_back: bool = False,
) -> PolicyVersion:
    """Start a draft: from `body`, else from the version it is based on, else from the one in force, else from the pack.

    Raises InvalidPolicy naming the field when the body does not fit the type.
    """
    key = key or kind.key
    lock_policy(kind.code, key)
    based_on = based_on or active_version(kind.code, key)
    chosen = body if body is not None else based_on.body if based_on else None
    if chosen is None:
        raise ValueError("A first version needs a body: load its pack.")
    version = add_version(
        kind, key, validated(kind, chosen), author=author, based_on=based_on, note=note, rolls_back=rolls_back
    )
    audit.record(action=DRAFTED, target=version, actor=author, reason=note, after={"hash": version.content_hash})
    return version


@transaction.atomic
def save_draft(*, version: PolicyVersion, body: dict[str, Any], token: str, actor: User) -> PolicyVersion:
    """Write a draft's body. `token` is the content hash that the editor started from.

    Raises DraftChanged when somebody else saved meanwhile, InvalidPolicy naming the field, and TransitionRefused when
    the version is no draft any more. Who saves has a hand in the version and cannot approve it.
    """
    kind = kinds.get(version.kind)
    locked = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != PolicyVersion.State.DRAFT:
        raise TransitionRefused(
            _("%(object)s is “%(state)s” and fixed: take it back to draft to change it.")
            % {"object": locked, "state": locked.get_state_display()}
        )
    plain = validated(kind, body)
    digest = content_hash(plain)
    if locked.content_hash == digest:
        return locked
    if locked.content_hash != token:
        raise DraftChanged(locked, edits_since(locked, token))
    before, before_hash = locked.body, locked.content_hash
    locked.body, locked.content_hash = plain, digest
    locked.save(update_fields=["body", "content_hash"])
    audit.record(
        action=EDITED,
        target=locked,
        actor=actor,
        before={"hash": before_hash, "body": before},
        after={"hash": digest, "body": plain},
    )
    return locked


def edits_since(version: PolicyVersion, token: str) -> list[tuple[Entry, list[Change]]]:
    """Return who saved a draft after it had the hash `token`, and what each save changed; oldest first."""
    node = node_of(kinds.get(version.kind).type)
    later: list[tuple[Entry, list[Change]]] = []
    for entry in audit_history(version).filter(action=EDITED).order_by("-id"):
        later.insert(0, (entry, changes(node, entry.before["body"], entry.after["body"])))
        if entry.before["hash"] == token:
            break
    return later


@transaction.atomic
def roll_back(
    *,
    to: PolicyVersion,
    actor: User,
    note: str,
    effective_from: dt.datetime | None = None,
    exemption: str = "",
    exemption_reason: str = "",
) -> PolicyVersion:
    """Propose an older version's body again, as a new version that waits for a second person; returns it.

    Raises InvalidPolicy when the old body no longer fits today's type, and what `submit` raises.
    """
    version = create_draft(
        kind=kinds.get(to.kind), key=to.key, author=actor, body=to.body, based_on=to, note=note, rolls_back=True
    )
    return submit(
        version=version,
        actor=actor,
        note=note,
        effective_from=effective_from,
        exemption=exemption,
        exemption_reason=exemption_reason,
    )
