"""The Celery application; periodic work is listed in `settings.CELERY_BEAT_SCHEDULE`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopops.settings")

app = Celery("shopops", task_cls="shopops.jobs.base:PlainTask", include=["shopops.health"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
