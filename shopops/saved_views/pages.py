"""Which pages can keep views, and who may open them.

Every list of the console can, under "list:<app>.<model>". Pages of our own are registered in `AppConfig.ready`.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.http import HttpRequest
from django.utils.functional import Promise

from shopops.accounts.models import User
from shopops.registry import Registry

LIST = "list:"


@dataclass(frozen=True)
class Page:
    """A page of our own with filters in its address, for operators with `permission`."""

    code: str
    label: str | Promise
    permission: str


pages: Registry[Page] = Registry("page with saved views")


def may_open(request: HttpRequest, code: str) -> bool:
    """Whether who asks may open the page; False for one that does not exist."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    if code in pages:
        return user.has_perm(pages.get(code).permission)
    if not code.startswith(LIST):
        return False
    try:
        model = apps.get_model(code.removeprefix(LIST))
    except (LookupError, ValueError):
        return False
    try:
        return bool(admin.site.get_model_admin(model).has_view_permission(request))
    except NotRegistered:
        return False
