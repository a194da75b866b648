"""Reading the audit log."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from shopops.audit.models import Entry


def history(target: models.Model) -> models.QuerySet[Entry]:
    """What happened to one object, oldest first."""
    return Entry.objects.filter(content_type=ContentType.objects.get_for_model(target), object_id=target.pk).order_by(
        "at", "id"
    )
