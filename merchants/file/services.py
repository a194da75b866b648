"""Writing records of contact, and what follows from them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.file import follow_ups
from merchants.file.models import Visit, VisitFile
from merchants.models import Merchant
from shopops import uploads
from shopops.accounts.models import User
from shopops.audit import services as audit

#: Files of one record.
MOST_FILES = 10
#: What its author may correct.
FACTS = ("kind", "at", "with_whom", "purpose", "result", "follow_up", "follow_up_due")


class VisitStands(Exception):
    """The record cannot be changed any more, or the follow-up was done already. Nothing changed."""


def record_visit(
    *, merchant: Merchant, by: User, files: Sequence[UploadedFile] = (), now: dt.datetime | None = None, **facts: Any
) -> Visit:
    """Keep a contact with a merchant; with something to follow it waits in the queue "Follow-ups" on that day.

    `facts`: kind, at, with_whom, purpose, result, follow_up, follow_up_due. Raises ValidationError for what does not
    belong together (a follow-up without a day, a contact in the future) and for files that are no JPG, PNG or PDF.
    """
    now = now or timezone.now()
    visit = Visit(merchant=merchant, by=by, created_at=now, **_known(facts))
    _check(visit, now)
    with uploads.deleted_on_error() as stored, transaction.atomic():
        visit.save()
        _attach(visit, files, stored)
        follow_ups.plan(visit)
        audit.record(
            action="merchant_file.visit.recorded", target=visit, actor=by, after={"kind": visit.kind, **_planned(visit)}
        )
        return visit


def edit_visit(
    *, visit: Visit, actor: User, files: Sequence[UploadedFile] = (), now: dt.datetime | None = None, **facts: Any
) -> Visit:
    """Correct a record: its author, within 24 hours. Raises VisitStands otherwise, ValidationError as recording."""
    now = now or timezone.now()
    with uploads.deleted_on_error() as stored, transaction.atomic():
        locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if not locked.may_be_edited_by(actor.pk, now):
            raise VisitStands(_("Only its author can change a record, within 24 hours. Add a new one instead."))
        before = {name: getattr(locked, name) for name in FACTS}
        planned = _planned(locked)
        for name, value in _known(facts).items():
            setattr(locked, name, value)
        if locked.followed_up_at and _planned(locked) != planned:
            raise VisitStands(_("The follow-up is done already; what was planned stays as it is."))
        _check(locked, now)
        added = _attach(locked, files, stored)
        changed = [name for name in FACTS if getattr(locked, name) != before[name]]
        if not changed and not added:
            return locked
        locked.save()
        if not locked.followed_up_at:
            follow_ups.plan(locked)
        audit.record(
            action="merchant_file.visit.edited",
            target=locked,
            actor=actor,
            before=planned,
            after={"fields": changed, "files": added, **_planned(locked)},
        )
        return locked


@transaction.atomic
def follow_up(*, visit: Visit, actor: User, outcome: str = "", now: dt.datetime | None = None) -> Visit:
    """Say that what was to follow is done. Raises VisitStands when nothing waits: somebody else did it, or nothing was
    planned."""
    locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not locked.is_waiting:
        raise VisitStands(_("Nothing waits here any more: the follow-up was done or taken back in the meantime."))
    locked.followed_up_at, locked.followed_up_by = now or timezone.now(), actor
    locked.outcome = outcome.strip()[:500]
    locked.save(update_fields=["followed_up_at", "followed_up_by", "outcome"])
    follow_ups.end(locked, actor)
    audit.record(action="merchant_file.visit.followed_up", target=locked, actor=actor, after=_planned(locked))
    return locked


def record_file_opening(*, file: VisitFile, actor: User) -> None:
    """Write down that somebody looked at a file of a contact."""
    audit.record(action="merchant_file.file.opened", target=file, actor=actor, after={"visit": file.visit_id})


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    if unknown := facts.keys() - set(FACTS):
        raise ValueError(f"No facts of a contact: {', '.join(sorted(unknown))}")
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}


def _check(visit: Visit, now: dt.datetime) -> None:
    """Raises ValidationError naming the field."""
    wrong: dict[str, str] = {}
    if not visit.purpose:
        wrong["purpose"] = _("Say what it was about.")
    if visit.at > now:
        wrong["at"] = _(
            "This is in the future. Record a contact once it has taken place; plan the next as a follow-up."
        )
    if visit.follow_up and not visit.follow_up_due:
        wrong["follow_up_due"] = _("Say until when it is to be followed up.")
    if visit.follow_up_due and not visit.follow_up:
        wrong["follow_up"] = _("Say what is to be done until then.")
    if wrong:
        raise ValidationError(wrong)


def _attach(visit: Visit, files: Sequence[UploadedFile], stored: list[FieldFile]) -> int:
    """Keep files with a record; the same file again is kept once. Returns how many are new."""
    there = set(visit.files.values_list("sha256", flat=True))
    new: dict[str, tuple[uploads.Inspected, UploadedFile]] = {}
    for file in files:
        inspected = uploads.inspect(file)
        if inspected.sha256 not in there:
            new.setdefault(inspected.sha256, (inspected, file))
    if len(there) + len(new) > MOST_FILES:
        raise ValidationError({"files": _("A record holds up to %(most)s files.") % {"most": MOST_FILES}})
    for found, file in new.values():
        row = VisitFile(
            visit=visit,
            original_name=Path(file.name or "").name[:200],
            content_type=found.content_type,
            size=found.size,
            sha256=found.sha256,
        )
        stored.append(row.file)
        row.file.save(f"file{found.ending}", file, save=False)
        row.save()
    return len(new)


def _planned(visit: Visit) -> dict[str, Any]:
    return {"follow_up_due": visit.follow_up_due.isoformat()} if visit.follow_up_due else {}
