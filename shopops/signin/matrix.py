"""The permission matrix in words: every permission by app, which role has it, and who has each role."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.utils.translation import gettext as _

from shopops.accounts import roles
from shopops.accounts.models import User
from shopops.accounts.roles import Role


@dataclass(frozen=True)
class Row:
    """A permission in the reader's words, and whether each role has it, in the order of `Role`."""

    code: str
    label: str
    granted: list[bool]


@dataclass(frozen=True)
class Group:
    """The permissions of one app."""

    label: str
    rows: list[Row]


def by_app() -> list[Group]:
    """Every permission that some role has, grouped by the app it belongs to, both in the order of their names."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for permission, granted in roles.matrix():
        rows[permission.partition(".")[0]].append(Row(permission, in_words(permission), granted))
    groups = [Group(_app_label(label), sorted(found, key=lambda row: row.label)) for label, found in rows.items()]
    return sorted(groups, key=lambda group: group.label)


def in_words(permission: str) -> str:
    """What a permission "app_label.codename" lets people do, in the reader's language; else its code."""
    app_label, _dot, codename = permission.partition(".")
    for model in _models(app_label):
        for code, label in model._meta.permissions:
            if code == codename:
                return str(label)
        for verb in model._meta.default_permissions:
            if get_permission_codename(verb, model._meta) == codename:
                return _builtin(verb) % {"objects": model._meta.verbose_name_plural}
    return permission


def people_by_role() -> list[tuple[str, list[User]]]:
    """Each role's name with the active people who have it; and those who may do everything."""
    people = list(User.objects.filter(is_active=True).exclude(roles=[], is_superuser=False).order_by("name", "pk"))
    by_role = [(str(role.label), [user for user in people if role.value in user.roles]) for role in Role]
    everything = [user for user in people if user.is_superuser]
    return [*by_role, (_("May do everything"), everything)] if everything else by_role


def _models(app_label: str) -> list[type[Model]]:
    try:
        return list(apps.get_app_config(app_label).get_models())
    except LookupError:
        return []


def _app_label(app_label: str) -> str:
    try:
        return str(apps.get_app_config(app_label).verbose_name)
    except LookupError:
        return app_label


def _builtin(verb: str) -> str:
    return {
        "view": _("Can see %(objects)s"),
        "add": _("Can add %(objects)s"),
        "change": _("Can change %(objects)s"),
        "delete": _("Can delete %(objects)s"),
    }[verb]
