"""Import leads, and the shops that they became."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tablib import Dataset

from merchants.leads.exchange import LEADS
from merchants.leads.sources import olist
from shopops.accounts.models import User
from shopops.exchange import services
from shopops.exchange.models import Import
from shopops.ui import formats


class Command(BaseCommand):
    help = "Import leads from a CSV or Excel file, or the folder of Olist's funnel. Safe to repeat and to kill."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="A file with the columns of the console's template, or a folder.")
        parser.add_argument("--mapping", choices=["generic", "olist"], default="generic")
        parser.add_argument("--by", required=True, help="E-mail of the operator who answers for the import.")
        parser.add_argument("--dry-run", action="store_true", help="Look the rows through and keep nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(email=options["by"], is_staff=True, is_active=True).first()
        if actor is None or not actor.has_perm(LEADS.permission):
            raise CommandError(_("%(email)s is no operator who may import leads.") % {"email": options["by"]})
        try:
            file = self._file(options["path"], options["mapping"])
            each = services.take_in(what=LEADS.code, file=file, actor=actor)
        except (ValidationError, olist.FilesMissing, OSError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from None
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was kept."))
            self._report(each.preview["counts"])
            services.discard(of=each)
            return
        services.confirm(of=each, actor=actor)
        services.land(each)
        each.refresh_from_db()
        self._report(each.counts)
        self._list(each)

    def _file(self, path: Path, mapping: str) -> SimpleUploadedFile:
        if mapping == "generic":
            return SimpleUploadedFile(path.name, path.read_bytes())
        rows = Dataset(headers=LEADS.names)
        for row in olist.rows(path):
            rows.append([row[name] for name in LEADS.names])
        return SimpleUploadedFile("olist.csv", rows.export("csv").encode())

    def _report(self, counts: dict[str, int]) -> None:
        told = {what: formats.num(counts.get(what, 0)) for what in ("new", "changed", "unchanged", "rejected")}
        self.stdout.write(
            _("Leads: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(rejected)s rejected") % told
        )

    def _list(self, each: Import) -> None:
        for reject in each.rejects.all()[:20]:
            wrong = "; ".join(
                f"{column} {message}".strip() for column, found in reject.errors.items() for message in found
            )
            self.stdout.write(self.style.WARNING(_("Row %(row)s: %(wrong)s") % {"row": reject.row, "wrong": wrong}))
