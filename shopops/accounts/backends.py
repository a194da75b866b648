"""Sign-in by e-mail; permissions from roles."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from shopops.accounts import roles


class RoleBackend(AuthenticationBackend):
    """allauth's sign-in, with permissions that come from the user's roles instead of the database."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        return set(roles.permissions_of(user_obj.roles))
