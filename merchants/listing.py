"""Filters of the console's list of merchants that apps above this one add: by grade, by open warning."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from merchants.models import Merchant
from shopops.registry import Registry

Text = str | Promise


@dataclass(frozen=True)
class Narrow:
    """A filter of merchants: `options` are (value, words), `apply` narrows to one; `permission`: who is offered it."""

    code: str
    label: Text
    options: tuple[tuple[str, Text], ...]
    apply: Callable[["QuerySet[Merchant]", str], "QuerySet[Merchant]"]
    permission: str = ""


narrows: Registry[Narrow] = Registry("filter of merchants")


def filters_for(request: HttpRequest) -> list[type[admin.SimpleListFilter]]:
    """The registered filters that a person may use, as the console takes them."""
    mine = (each for each in narrows if not each.permission or request.user.has_perm(each.permission))
    return [_filter(each) for each in mine]


def _filter(narrow: Narrow) -> type[admin.SimpleListFilter]:
    class Registered(admin.SimpleListFilter):
        title = narrow.label  # type: ignore[assignment]
        parameter_name = narrow.code

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(narrow.options)

        def queryset(self, request: HttpRequest, queryset: "QuerySet[Merchant]") -> "QuerySet[Merchant]":
            value = self.value()
            known = {code for code, _words in narrow.options}
            return narrow.apply(queryset, value) if value in known else queryset

    return Registered
