"""Handing out record files."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone

from merchants.exits.errors import ExitError
from merchants.exits.models import RecordExport
from merchants.exits.services import records
from shopops.accounts.models import User
from shopops.uploads import hand_out


def hand_over(found: RecordExport, user: User) -> HttpResponseBase:
    """Answer with a record file and write down who took it; raises Http404 when it is not there (any more)."""
    try:
        records.record_download(export=found, actor=user)
        content = found.file.open("rb")
    except (ExitError, FileNotFoundError) as error:
        raise Http404(str(error)) from error
    made = timezone.localtime(found.made_at, timezone.get_default_timezone())
    name = f"records-{found.merchant_id}-{made:%Y%m%d}.zip"
    return hand_out(content, original_name=name, content_type="application/zip")
