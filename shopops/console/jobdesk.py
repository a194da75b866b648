"""What people do with jobs: run one now, run a failed run again, stop one. Every request is written down."""

from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.jobs import services
from shopops.jobs.models import JobRun
from shopops.jobs.registry import Job
from shopops.jobs.starting import start
from shopops.jobs.tasks import run_job


class CannotStart(Exception):
    """The worker cannot be asked now; `str()` says so to people. Nothing was started."""


def run_now(*, job: Job, actor: User, key: str) -> bool:
    """Have a worker run a job for this moment. `key` names the press of the button: the same key is one run, however
    often it arrives. Returns whether it was new. Raises CannotStart."""
    key = f"hand:{actor.pk}:{key}"[:60]
    if JobRun.objects.filter(key=key).exists():
        return False
    _start(job.code, None, key)
    last = JobRun.objects.filter(job=job.code).first()
    audit.record(action="jobs.run_asked", target=last or actor, actor=actor, after={"job": job.code})
    return True


def retry(*, run: JobRun, actor: User) -> bool:
    """Have a worker do a run that did not succeed again, for the same moment; once per run. Raises CannotStart."""
    key = f"retry:{run.pk}"
    if run.state in (JobRun.State.RUNNING, JobRun.State.SUCCEEDED) or JobRun.objects.filter(key=key).exists():
        return False
    _start(run.job, run.as_of.isoformat(), key)
    audit.record(action="jobs.retry_asked", target=run, actor=actor, after={"job": run.job})
    return True


def stop(*, run: JobRun, actor: User) -> bool:
    """Ask a run to stop after its present chunk of work. Returns whether it ran and was not asked before."""
    if not services.ask_to_stop(run):
        return False
    audit.record(action="jobs.stop_asked", target=run, actor=actor, after={"job": run.job})
    return True


def _start(code: str, as_of: str | None, key: str) -> None:
    if not start(run_job, code, as_of, JobRun.Trigger.HAND.value, key):
        raise CannotStart(_("The message broker does not answer, so no worker can be asked. Try again in a minute."))
