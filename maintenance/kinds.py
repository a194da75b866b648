"""The messages that merchants get about windows; `NoticePoint.Kind` names them."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from shopops.notifications.kinds import MessageKind

MESSAGE_KINDS = (
    MessageKind("maintenance.announced", _("Maintenance announced"), fallback_after=dt.timedelta(days=2)),
    MessageKind("maintenance.reminder", _("Maintenance reminder")),
    MessageKind("maintenance.started", _("Maintenance started"), tone="caution", urgent=True),
    MessageKind("maintenance.changed", _("Maintenance has new times"), tone="caution"),
    MessageKind("maintenance.cancelled", _("Maintenance cancelled"), tone="neutral"),
    MessageKind("maintenance.completed", _("Maintenance completed"), tone="ok", owed=False, digest=True),
)
