"""Counts beside the portal's navigation entries."""

from typing import cast

from django.http import HttpRequest

from shopops.accounts.models import User
from shopops.notifications import selectors


def unread(request: HttpRequest) -> int:
    """Unread messages of the person who is signed in."""
    return selectors.unread_count(cast(User, request.user))
