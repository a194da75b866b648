"""The job of this app."""

from django.utils.translation import gettext_lazy as _

from maintenance.sending import send_due
from shopops.jobs.registry import Job

SEND_DUE_NOTICES = Job("send_due_notices", _("Send due maintenance notices"), send_due)
