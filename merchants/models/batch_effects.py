"""What the world hears of a batch's steps: inside the marketplace only, for each application tells of its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shopops.transitions.handler import Effect

_SILENT = "Reviewers see it on the page of the batch; applicants hear of their own application."


def _not_who_put_it_together(batch: Any) -> dict[int | None, object]:
    return {batch.created_by_id: _("You put this batch together. A second person has to agree to it.")}


BATCH: dict[str, Effect] = {
    "create": Effect("merchants.review_batch.created", _("Batch put together"), silent_because=_SILENT, internal=True),
    "confirm": Effect("merchants.review_batch.confirmed", _("Batch confirmed"), silent_because=_SILENT, internal=True),
    "propose": Effect("merchants.review_batch.proposed", _("Batch proposed"), silent_because=_SILENT, internal=True),
    "agree": Effect(
        "merchants.review_batch.agreed",
        _("Batch agreed to"),
        silent_because=_SILENT,
        not_by=_not_who_put_it_together,
        internal=True,
    ),
    "cancel": Effect("merchants.review_batch.cancelled", _("Batch cancelled"), silent_because=_SILENT, internal=True),
    "finish": Effect("merchants.review_batch.done", _("Batch done"), silent_because=_SILENT, internal=True),
}
