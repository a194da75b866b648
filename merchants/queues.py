"""The merchants' queue in the work engine."""

from django.utils.translation import gettext_lazy as _

from merchants.services.queueing import QUEUE
from shopops.work.queues import Queue

APPLICATIONS = Queue(QUEUE, _("Applications"), "merchants.review_application", "review:next")
