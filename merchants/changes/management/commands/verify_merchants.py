from shopops.jobs.commands import JobCommand


class Command(JobCommand):
    help = "Re-verification: ask the shops that are due, remind, let lapse what nobody answered."
    job_code = "verify_merchants"
