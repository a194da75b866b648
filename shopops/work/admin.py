"""Every item ever, for who looks for one; the queues have pages of their own."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shopops.accounts.models import User
from shopops.adminbase import ReadOnlyAdmin
from shopops.work.models import WorkItem
from shopops.work.queues import open_to


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    """Items of the queues that are open to the reader, also those that left."""

    list_display = ("label", "queue", "risk", "entered_at", "assigned_to", "claimed_by", "left_at", "history_link")
    list_filter = ("queue", "risk", "skill")
    search_fields = ("label",)
    list_select_related = ("claimed_by", "assigned_to")
    exclude = ("content_type", "object_id", "not_for")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkItem]:
        """Only what the reader's other permissions open."""
        found: QuerySet[WorkItem] = super().get_queryset(request)
        return found.filter(queue__in=[queue.code for queue in open_to(cast(User, request.user))])

    @display(description=_("history"))
    def history_link(self, item: WorkItem) -> SafeString:
        """A link to what happened to it."""
        return format_html('<a class="underline" href="{}">{}</a>', reverse("work:item", args=[item.pk]), _("History"))
