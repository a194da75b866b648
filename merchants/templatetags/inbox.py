"""How many messages wait for the reader."""

from typing import Any

from django import template

from shopops.notifications import selectors

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_messages(context: dict[str, Any]) -> int:
    """The number of unread messages of the person who is signed in; 0 for everybody else."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return selectors.unread_count(user) if user is not None and user.is_authenticated else 0
