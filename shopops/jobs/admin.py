from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shopops.adminbase import ReadOnlyAdmin
from shopops.jobs.models import JobRun


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ("job", "state", "as_of", "started_at", "duration", "progress", "trigger", "outcome")
    list_filter = ("job", "state", "trigger")
    date_hierarchy = "started_at"

    @admin.display(description=_("duration"))
    def duration(self, run: JobRun) -> str:
        return run.took

    @admin.display(description=_("result"))
    def outcome(self, run: JobRun) -> str:
        return run.result_in_words

    @admin.display(description=_("progress"))
    def progress(self, run: JobRun) -> str:
        return f"{run.done} / {run.total}" if run.total else str(run.done or "")
