from shopops.jobs.commands import JobCommand


class Command(JobCommand):
    """Run the notice job by hand."""

    help = "Start and end maintenance windows by time, and send the notices that are due."
    job_code = "send_due_notices"
