from shopops.jobs.commands import JobCommand


class Command(JobCommand):
    help = "Tell shops of documents that end, once at each step of the policy."
    job_code = "tell_of_ends"
