"""The messages of changes, ends of documents and re-verification."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

_DAY = dt.timedelta(days=1)  # unread for so long, the next channel is tried

KINDS = (
    MessageKind("changes.request_received", _("Change request received"), "info"),
    MessageKind("changes.request_needs_info", _("Change request needs corrections"), "caution"),
    MessageKind("changes.request_approved", _("Change approved"), "ok"),
    MessageKind("changes.request_rejected", _("Change rejected"), "danger"),
    MessageKind("changes.contacts_changed", _("Contacts changed"), "caution"),
    MessageKind("changes.document_expiring", _("Document ends soon"), "caution", fallback_after=_DAY),
    MessageKind("changes.verification_opened", _("Re-verification asked for"), "info", fallback_after=_DAY),
    MessageKind("changes.verification_reminder", _("Reminder of the re-verification"), "caution", fallback_after=_DAY),
    MessageKind("changes.verification_overdue", _("Re-verification overdue"), "danger", fallback_after=_DAY),
    MessageKind("changes.verification_done", _("Re-verification done"), "ok"),
    MessageKind("changes.verification_sent_back", _("Re-verification sent back"), "caution"),
)
