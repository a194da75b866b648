"""The whole import: find the files, stage them, check them, land them chunk by chunk."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.importing import files, landing, merchants, staging
from orders.importing import mapping as mappings
from orders.importing.files import Source
from orders.importing.landing import Chunk, Key
from orders.importing.progress import Progress, silent
from orders.importing.rejects import RejectFile
from orders.importing.runs import run_of
from orders.importing.schema import Mapping
from orders.importing.staging import Staged
from orders.models import ImportRun


@dataclass
class Result:
    """What an import did: facts by what became of them ("order new"), rejects by reason, where the rejects are."""

    counts: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    rejects_path: Path | None = None
    resumed: bool = False


def import_facts(
    mapping_name: str,
    path: Path,
    *,
    rejects_path: Path | None = None,
    dry_run: bool = False,
    encoding: str = "",
    delimiter: str = "",
    progress: Progress = silent,
) -> Result:
    """Import files under a mapping; safe to repeat, to kill and to run twice at once.

    Rows that cannot be accepted go to `rejects_path` (default: a file below the state folder) and the others land.
    Raises ImportFailed, before anything landed, for a mapping or files that cannot be read at all. A dry run does
    everything in one transaction and takes it back.
    """
    mapping = mappings.load(mapping_name)
    if delimiter:
        mapping = msgspec.structs.replace(mapping, delimiter=delimiter)
    sources, content = files.find(mapping, path, [encoding] if encoding else mapping.encodings)
    with RejectFile(rejects_path or _default_rejects_path(mapping_name)) as rejects:
        job = _Import(mapping, sources, rejects, progress)
        if dry_run:
            with transaction.atomic():
                job.stage()
                job.land(None)
                transaction.set_rollback(True)
            return job.result
        with run_of(Path(mapping_name).stem, str(path), _fingerprint(mapping, content)) as (run, resumed):
            job.stage()
            job.result.resumed = resumed and job.may_resume(run)
            job.land(run)
        return job.result


class _Import:
    """One import of one set of files."""

    def __init__(self, mapping: Mapping, sources: list[Source], rejects: RejectFile, progress: Progress) -> None:
        self.mapping = mapping
        self.sources = sources
        self.rejects = rejects
        self.progress = progress
        self.staged: dict[str, Staged] = {}
        self.result = Result(rejects=rejects.counts)

    def stage(self) -> None:
        """Read and check all files; create merchants that are new. After it, everything that is staged will land."""
        sizes = dict.fromkeys((source.code for source in self.sources), 0)
        total = sum(source.size for source in self.sources)

        def on_bytes(source: Source, done: int) -> None:
            sizes[source.code] = done
            self.progress(_("bytes read"), sum(sizes.values()), total)

        staging.clear(self.mapping)
        staging.stage_files(self.mapping, self.sources, self.rejects, on_bytes)
        staging.check_files(self.mapping, self.sources)
        self.staged = staging.stage_facts(self.mapping, self.sources)
        if "merchant" in self.staged:
            self.result.counts["merchant new"] = merchants.land(self.staged)
        landing.check(self.staged)
        for reject in staging.rejected():
            self.rejects.add(reject)
        if self.rejects.total:
            self.result.rejects_path = self.rejects.path

    def may_resume(self, run: ImportRun) -> bool:
        """Whether everything up to the position of a killed run has landed; if not, let the run begin again.

        The files are the same, so other rejects mean that the database has changed in between: orders of merchants
        that are known by now, before that position, would neither land nor be rejected.
        """
        if not run.position:
            return False
        if run.rejects != dict(self.rejects.counts):
            run.position, run.counts = None, {}
            return False
        return True

    def land(self, run: ImportRun | None) -> None:
        """Land what is staged, chunk by chunk, on from the position of the run."""
        counts = self.result.counts
        position: Key | None = None
        if run:
            counts.update(run.counts)
            run.rejects = dict(self.rejects.counts)
            position = tuple(run.position) if run.position else None
        total = landing.count_units()
        done = total - landing.count_units(position)
        self.progress(_("orders landed"), done, total)
        while chunk := landing.next_chunk(position):
            counts.update(landing.with_retries(lambda: self._land_chunk(chunk, run)))
            position = chunk.last
            done += chunk.size
            self.progress(_("orders landed"), done, total)
        if run:
            run.counts = dict(counts)
        landing.refresh_statistics()
        staging.clear(self.mapping)

    def _land_chunk(self, chunk: Chunk, run: ImportRun | None) -> Counter[str]:
        """Land a chunk and remember it, both or neither."""
        landed = landing.land(chunk, self.mapping, self.staged)
        if run:
            ImportRun.objects.filter(pk=run.pk).update(
                position=chunk.last, counts=self.result.counts + landed, rejects=run.rejects
            )
        return landed


def _fingerprint(mapping: Mapping, content: str) -> str:
    """What makes two imports the same: the mapping and every byte of the files."""
    return hashlib.sha256(msgspec.json.encode(mapping) + content.encode()).hexdigest()


def _default_rejects_path(mapping_name: str) -> Path:
    return (
        Path(settings.STATE_DIR)
        / "imports"
        / f"{Path(mapping_name).stem}-{timezone.now():%Y%m%d-%H%M%S-%f}-rejects.csv"
    )
