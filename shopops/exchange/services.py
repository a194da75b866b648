"""Imports: take a file in, look it through without keeping anything, then land it chunk by chunk."""

import json
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from import_export.results import RowResult

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.exchange import reading
from shopops.exchange.models import Import, Reject
from shopops.exchange.registry import Exchange, exchanges
from shopops.jobs.registry import Progress
from shopops.jobs.starting import after_commit
from shopops.jobs.tasks import run_job

logger = logging.getLogger(__name__)

JOB = "land_imports"
#: Rows per transaction: a kill loses seconds of work, and nobody waits long for a row's lock.
CHUNK = 250
#: As many rows and rejects as the preview shows.
SHOWN = 50
#: As many rows as are looked through; of longer files the preview says so.
LOOKED_THROUGH = 2_000

_OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: "new",
    RowResult.IMPORT_TYPE_UPDATE: "changed",
    RowResult.IMPORT_TYPE_SKIP: "unchanged",
}


class NotNow(Exception):
    """The import is not in the state for this; nothing was done."""


@dataclass
class Outcome:
    """What became of some rows. `changes`: (row, what, values) of the first ones; `rejects`: row → errors by column."""

    counts: Counter[str] = field(default_factory=Counter)
    touched: list[int] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)


def take_in(*, what: str, file: UploadedFile, actor: User) -> Import:
    """Store a file and look it through; nothing of it lands before somebody confirms.

    Raises ValidationError for a file that cannot be read or whose heading does not fit.
    """
    exchange = exchanges.get(what)
    table = reading.read(file, exchange)
    looked_at = _looked_through(table, exchange)
    file.seek(0)
    each = Import(
        what=what,
        original_name=Path(file.name or "").name[:200],
        format=table.format,
        encoding=table.encoding,
        size=table.size,
        sha256=table.sha256,
        total=len(table.rows),
        by=actor,
        preview=_preview(looked_at, len(table.rows), exchange),
        checked_at=timezone.now(),
    )
    each.file.save(f"import.{table.format}", file, save=False)
    try:
        each.save()
    except BaseException:
        each.file.storage.delete(each.file.name or "")
        raise
    return each


def _looked_through(table: reading.Table, exchange: Exchange) -> Outcome:
    """Do everything with the first rows, and take it back."""
    with transaction.atomic():
        outcome = _work(table, exchange, 0, min(len(table.rows), LOOKED_THROUGH), dry_run=True)
        transaction.set_rollback(True)
    return outcome


def _preview(outcome: Outcome, total: int, exchange: Exchange) -> dict[str, Any]:
    """What the page shows before anybody confirms; personal data are masked already here."""
    return {
        "counts": dict(outcome.counts),
        "looked_through": min(total, LOOKED_THROUGH),
        "changes": [{**each, "values": exchange.masked(each["values"])} for each in outcome.changes],
        "rejects": [{**each, "values": exchange.masked(each["values"])} for each in outcome.rejects[:SHOWN]],
    }


@transaction.atomic
def confirm(*, of: Import, actor: User) -> Import:
    """Let an import land; a worker does it. Raises NotNow when it was confirmed before (a double click)."""
    locked = Import.objects.select_for_update(of=("self",)).get(pk=of.pk)
    if locked.confirmed_at is not None:
        raise NotNow(_("This import was confirmed already."))
    locked.confirmed_at, locked.confirmed_by = timezone.now(), actor
    # A worker lands it: what is wrong with a row is told in the language of the person who reads it.
    locked.preview = {**locked.preview, "language": get_language() or ""}
    locked.save(update_fields=["confirmed_at", "confirmed_by", "preview"])
    audit.record(
        action="exchange.import.confirmed",
        target=locked,
        actor=actor,
        after={"what": locked.what, "rows": locked.total, "sha256": locked.sha256},
    )
    after_commit(run_job, JOB)
    return locked


def discard(*, of: Import) -> None:
    """Delete a file that nobody confirmed; raises NotNow for one that was."""
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=of.pk)
        if locked.confirmed_at is not None:
            raise NotNow(_("This import was confirmed already."))
        storage, name = locked.file.storage, locked.file.name
        locked.delete()
        transaction.on_commit(lambda: storage.delete(name or ""))


def land(of: Import, progress: Progress | None = None) -> Counter[str]:
    """Land the rows that have not landed: each chunk in a transaction with its count and its rejects.

    Repeated after a kill it goes on behind the last chunk that committed. Raises ValidationError when the stored file
    can no longer be read.
    """
    exchange = exchanges.get(of.what)
    with of.file.open("rb") as file:
        table = reading.read(file, exchange)
    while True:
        with transaction.atomic():
            locked = Import.objects.select_for_update(of=("self",)).get(pk=of.pk)
            if locked.finished_at is not None or locked.confirmed_at is None:
                return Counter(locked.counts)
            end = min(locked.done + CHUNK, locked.total)
            with override(locked.preview.get("language") or None):
                outcome = _work(table, exchange, locked.done, end)
            Reject.objects.bulk_create(
                Reject(
                    of=locked,
                    row=each["row"],
                    cells=json.dumps(each["values"], ensure_ascii=False),
                    errors=each["errors"],
                )
                for each in outcome.rejects
            )
            locked.done = end
            locked.counts = dict(Counter(locked.counts) + outcome.counts)
            if end == locked.total:
                locked.finished_at = timezone.now()
            locked.save(update_fields=["done", "counts", "finished_at"])
            if progress:
                progress(end, locked.total)


def land_confirmed(progress: Progress) -> dict[str, int]:
    """Land every import that somebody confirmed; returns how many imports and rows.

    One that cannot be landed, because its file is gone for example, does not keep the others out: its error is raised
    when they are done, so that the job tells of it.
    """
    imports = rows = 0
    failed: Exception | None = None
    waiting = Import.objects.filter(confirmed_at__isnull=False, finished_at__isnull=True)
    for each in waiting.order_by("id"):
        try:
            land(each, progress)
        except (OSError, LookupError, ValidationError) as error:
            logger.exception("Import %s (%s) could not be landed", each.pk, each.what)
            failed = failed or error
            continue
        imports, rows = imports + 1, rows + each.total
    if failed is not None:
        raise failed
    return {"imports": imports, "rows": rows}


def _work(table: reading.Table, exchange: Exchange, start: int, end: int, *, dry_run: bool = False) -> Outcome:
    """Bring rows in, each in a savepoint of its own: what is wrong with one does not keep the others out."""
    resource = exchange.resource()
    loader = resource._meta.instance_loader_class(resource, table.dataset)
    outcome = Outcome()
    for index in range(start, end):
        values = dict(zip(table.names, table.rows[index], strict=True))
        if errors := _row(resource, loader, values, index, table, outcome, dry_run=dry_run):
            outcome.counts["rejected"] += 1
            # The heading is row 1, as spreadsheets number them.
            outcome.rejects.append({"row": index + 2, "values": values, "errors": errors})
    if exchange.after_rows and outcome.touched:
        exchange.after_rows(outcome.touched)
    return outcome


def _row(
    resource: Any,
    loader: Any,
    values: dict[str, str],
    index: int,
    table: reading.Table,
    outcome: Outcome,
    *,
    dry_run: bool,
) -> dict[str, list[str]]:
    """Bring one row in; returns what is wrong with it, by column."""
    if index in table.longer:
        return {"": [_("The row has more cells than the heading.")]}
    point = transaction.savepoint()
    result = resource.import_row(dict(values), loader, dry_run=dry_run, use_transactions=True, row_number=index + 2)
    if result.validation_error or result.errors:
        transaction.savepoint_rollback(point)
        return _errors(result, {each.attribute: each.column_name for each in resource.get_import_fields()})
    transaction.savepoint_commit(point)
    kind = _OUTCOMES[result.import_type]
    outcome.counts[kind] += 1
    if kind != "unchanged":
        outcome.touched.append(result.object_id)
        if len(outcome.changes) < SHOWN:
            outcome.changes.append({"row": index + 2, "what": kind, "values": values})
    return {}


def _errors(result: RowResult, columns: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with a row by column; `columns` gives them by field."""
    error = result.validation_error
    if error is None:
        return {"": [_("The row cannot be stored: %(error)s") % {"error": result.errors[0].error}]}
    if not hasattr(error, "error_dict"):
        return {"": [str(each) for each in error.messages]}
    found: dict[str, list[str]] = {}
    for name, messages in error.message_dict.items():
        column = "" if name == NON_FIELD_ERRORS else columns.get(name, name)
        found[column] = [str(each) for each in messages]
    return found
