"""Record exports: asked for by the owner or an operator, made by a job, downloaded on record, deleted in time."""

import datetime as dt
import hashlib
import logging
import tempfile

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from merchants.exits import bundle, policy
from merchants.exits.errors import ExitError
from merchants.exits.models import RecordExport
from merchants.models import Merchant
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.jobs.starting import after_commit
from shopops.jobs.tasks import run_job
from shopops.notifications.services import notify
from shopops.signin.holds import refuse_while_held
from shopops.uploads import UnguessableName, private_storage

logger = logging.getLogger(__name__)

JOB = "export_records"
_NAME = UnguessableName("records")


@transaction.atomic
def ask(*, merchant: Merchant, actor: User, language: str = "", now: dt.datetime | None = None) -> RecordExport:
    """Ask for a merchant's records; the job makes the file within a minute.

    The caller has checked the right. Raises Held after a suspicious sign-in, ExitError when one is being made.
    """
    refuse_while_held(actor)
    try:
        with transaction.atomic():
            export = RecordExport.objects.create(
                merchant=merchant, asked_by=actor, asked_at=now or timezone.now(), language=language
            )
    except IntegrityError as error:
        raise ExitError(_("The records are being made already. They are ready in a moment.")) from error
    audit.record(action="exits.records.asked", target=export, actor=actor)
    after_commit(run_job, JOB)
    return export


def make(export: RecordExport, now: dt.datetime) -> bool:
    """Make the file of an export that waits; returns whether it could be made. Safe to repeat: a run that was killed
    left at most a file under the name that the row holds, and that is written anew."""
    storage = private_storage()
    name = export.file.name or _NAME(export, "records.zip")
    if export.file.name:
        storage.delete(export.file.name)
    RecordExport.objects.filter(pk=export.pk).update(file=name, done=0)
    try:
        with tempfile.TemporaryFile() as target, translation.override(export.language or None):
            key_id = bundle.pack(export.merchant, target, now, lambda done, total: _tell(export, done, total))
            size = target.tell()
            target.seek(0)
            sha256 = hashlib.file_digest(target, "sha256").hexdigest()
            target.seek(0)
            stored = storage.save(name, File(target))
    except Exception:
        logger.exception("The records of merchant %s could not be made", export.merchant_id)
        RecordExport.objects.filter(pk=export.pk).update(failed_at=timezone.now())
        return False
    _finish(export, stored, size, sha256, key_id, now)
    return True


def _tell(export: RecordExport, done: int, total: int) -> None:
    RecordExport.objects.filter(pk=export.pk).update(done=done, total=total)


@transaction.atomic
def _finish(export: RecordExport, name: str, size: int, sha256: str, key_id: str, now: dt.datetime) -> None:
    made = RecordExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
    made.file.name, made.size, made.sha256, made.key_id = name, size, sha256, key_id
    made.made_at, made.expires_at = now, now + dt.timedelta(days=policy.active()[1].export_days)
    made.save()
    audit.record(action="exits.records.made", target=made, actor=None, after={"sha256": sha256, "size": size})
    notify(
        kind="exits.records_ready",
        key=f"exits.records_ready:{made.pk}",
        recipients=[made.asked_by],
        context={"shop": made.merchant.shop_name, "expires": made.expires_at},
        url=made.page_for(made.asked_by),
        merchant_id=made.merchant_id if made.is_for_member else None,
        target=made,
    )


def record_download(*, export: RecordExport, actor: User) -> None:
    """Write down that somebody took the file. Raises ExitError when it is not there (any more)."""
    if not export.is_ready:
        raise ExitError(_("This file is not there any more. Ask for a new one."))
    audit.record(action="exits.records.downloaded", target=export, actor=actor, after={"sha256": export.sha256})


def waiting() -> list[RecordExport]:
    """Exports that have to be made, the oldest first."""
    found = RecordExport.objects.filter(made_at__isnull=True, failed_at__isnull=True)
    return list(found.select_related("merchant", "asked_by").order_by("asked_at", "id"))


def delete_old(as_of: dt.datetime) -> int:
    """Delete the files whose time is over; the rows stay as a record. Returns how many."""
    old = RecordExport.objects.filter(expires_at__lte=as_of, deleted_at__isnull=True, made_at__isnull=False)
    count = 0
    for export in old.order_by("id"):
        private_storage().delete(export.file.name or "")
        count += RecordExport.objects.filter(pk=export.pk).update(deleted_at=timezone.now(), file="")
    return count
