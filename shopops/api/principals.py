"""Who asks, and how far they reach: the one way in which the apps' views narrow what they show."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from django.db import models
from rest_framework.request import Request

from shopops.accounts.models import User
from shopops.api import directory
from shopops.api.models import ApiKey
from shopops.api.scopes import scopes

M = TypeVar("M", bound=models.Model)
#: Ids of shops; None: all shops.
Reach = frozenset[int] | None


@dataclass
class Principal:
    """A person's session or a program's key; neither: anonymous, who may nothing."""

    user: User | None = None
    key: ApiKey | None = None
    _reaches: dict[str, Reach] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """A short name that no other caller has: "key:12", "user:5"; "" for anonymous."""
        if self.key is not None:
            return f"key:{self.key.pk}"
        return f"user:{self.user.pk}" if self.user is not None else ""

    @cached_property
    def actor(self) -> User:
        """Whom the audit log names: the person, or who answers for the key."""
        person = self.key.created_by if self.key is not None else self.user
        assert person is not None, "Anonymous callers act on nothing."
        return person

    @property
    def merchant_id(self) -> int | None:
        """The shop of a shop's key; None for keys of the platform and for people, whose `reach` has to be asked."""
        return self.key.merchant_id if self.key is not None else None

    def may(self, scope: str) -> bool:
        """Whether the caller has the scope somewhere."""
        if self.key is not None:
            return scope in self.key.scopes
        if self.user is None:
            return False
        return scopes.get(scope).personal or self.reach(scope) != frozenset()

    def reach(self, scope: str) -> Reach:
        """The shops over which the caller has the scope; None: all. For people one query per scope and request."""
        if scope not in self._reaches:
            self._reaches[scope] = self._compute(scope)
        return self._reaches[scope]

    def narrow(self, rows: "models.QuerySet[M]", scope: str, by: str = "merchant_id") -> "models.QuerySet[M]":
        """Return the rows whose merchant (the field `by`) the caller reaches."""
        reach = self.reach(scope)
        if reach is None:
            return rows
        # One shop is asked for by equality, which lets an index on (merchant, date) give the rows in order.
        return rows.filter(**{by: next(iter(reach))}) if len(reach) == 1 else rows.filter(**{f"{by}__in": reach})

    def _compute(self, code: str) -> Reach:
        scope = scopes.get(code)
        if self.key is not None:
            if code not in self.key.scopes:
                return frozenset()
            return None if self.key.merchant_id is None else frozenset({self.key.merchant_id})
        if self.user is None:
            return frozenset()
        if scope.held_by_operator(self.user):
            return None
        return frozenset() if scope.portal is None else directory.shops(self.user, scope.portal)


def principal(request: Request) -> Principal:
    """Return who asks; the same object for the whole request."""
    known = getattr(request, "_shopops_principal", None)
    if known is None:
        known = _of(request)
        cast(Any, request)._shopops_principal = known
    return cast(Principal, known)


def _of(request: Request) -> Principal:
    if isinstance(request.auth, ApiKey):
        return Principal(key=request.auth)
    user = request.user
    return Principal(user=user) if isinstance(user, User) and user.is_active else Principal()
