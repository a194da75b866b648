"""Scopes of viewsets: `scopes = {"read": "orders:read", "write": "orders:write"}`, or by the name of an action."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from shopops.api.principals import principal
from shopops.api.scopes import scopes


class ScopeMissing(PermissionDenied):
    """The caller lacks a scope, which the answer names."""

    def __init__(self, code: str) -> None:
        detail = _("This needs the scope %(scope)s (%(label)s).") % {"scope": code, "label": scopes.get(code).label}
        super().__init__(detail, "scope_missing")
        self.scope = code


class Scoped(BasePermission):
    """Lets in who has the scope that the view names for what is asked. A view that names none lets nobody in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises ScopeMissing for a caller who is known but lacks it."""
        caller, scope = principal(request), required_scope(view, request.method or "GET")
        if not caller.code or scope is None:
            return False
        if not caller.may(scope):
            raise ScopeMissing(scope)
        return True


def required_scope(view: Any, method: str) -> str | None:
    """Return the scope that a view asks for: that of the action, else of reading or writing; None: it names none."""
    declared: dict[str, str] = getattr(view, "scopes", {})
    by_action = declared.get(getattr(view, "action", None) or "")
    return by_action or declared.get("read" if method in SAFE_METHODS else "write")
