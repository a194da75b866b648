from shopops.jobs.commands import JobCommand


class Command(JobCommand):
    help = "Count every merchant's credit score and write what changed."
    job_code = "score_merchants"
