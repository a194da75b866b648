"""Template tags of work items."""

from typing import Any

from django import template
from django.template import Context

from shopops.work import viewing
from shopops.work.models import WorkItem

register = template.Library()


@register.inclusion_tag("work/viewing.html", takes_context=True)
def viewing_now(context: Context, item: WorkItem) -> dict[str, Any]:
    """Say who else looks at an item right now, and that this reader does; asked again every few seconds by htmx."""
    return {"item": item, "others": viewing.look(item, context["request"].user), "beat": viewing.BEAT}
