"""What the work pages of the console share."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from shopops.accounts.models import User
from shopops.work.models import WorkItem
from shopops.work.queues import Queue, queues

#: Every operator role has it; which queues are open is each queue's own permission.
VIEW = "work.view_workitem"
ASSIGN = "work.assign_workitem"
AGREEMENT = "work.view_agreement"


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast(User, request.user)


def open_queue(request: HttpRequest, code: str) -> Queue:
    """A queue that the reader may work on; PermissionDenied otherwise."""
    queue = queues.get(code)
    if not person(request).has_perm(queue.permission):
        raise PermissionDenied
    return queue


def open_item(request: HttpRequest, pk: int) -> tuple[WorkItem, Queue]:
    """An item of such a queue, with who has it."""
    item = get_object_or_404(WorkItem.objects.select_related("claimed_by", "assigned_to"), pk=pk)
    return item, open_queue(request, item.queue)


def page_context(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """The console's frame and the page's own values."""
    return {**admin.site.each_context(request), "title": title, **context}


def back(request: HttpRequest, otherwise: str) -> str:
    """Where a button was pressed, as the form says in `next`, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    # A bare word would be taken for the name of a page.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, request.is_secure()
    )
    return wanted if is_ours else otherwise
