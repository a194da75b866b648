"""Judging in a worker, after the commit that made it necessary."""

from celery import shared_task

from merchants.models import Application
from merchants.screening import services


@shared_task(name="screening.judge")
def judge(application_id: int) -> None:
    """Record the verdicts of an application; in the mode “approve” let the rule decide."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        return
    verdict = services.judge_application(application=application)
    if verdict is not None and verdict.would_approve and services.may_approve_now():
        services.decide(application=application)
