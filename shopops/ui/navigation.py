"""The portal's navigation: apps register their entries in `AppConfig.ready`, the portal's layout draws them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from shopops.registry import Registry

Count = Callable[[HttpRequest], int | None]


@dataclass(frozen=True)
class NavItem:
    """An entry of the side navigation.

    `count` says how many things wait there; `tone` colours the count; entries are sorted by `order`. On a phone the bar
    has room for four entries: `extra` ones move below "More". `gap` starts a new group, `top` shows it in the top bar.
    `needs` names the portal right without which the entry is left out (empty: for everybody of a shop).
    """

    key: str
    icon: str
    label: str | Promise
    url_name: str
    count: Count | None = None
    tone: str = "neutral"
    order: int = 100
    extra: bool = False
    gap: bool = False
    top: bool = False
    needs: str = ""

    @property
    def code(self) -> str:
        """Its key, as registries call it."""
        return self.key


@dataclass(frozen=True)
class NavEntry:
    """An entry for one request: its address and its count are known."""

    key: str
    icon: str
    label: str | Promise
    url: str
    count: int | None
    tone: str
    extra: bool
    gap: bool
    top: bool


# Entries that a phone's bar shows beside "More".
_ROOM = 4

_items: Registry[NavItem] = Registry("navigation entry")


def register(item: NavItem) -> NavItem:
    """Add an entry; raises ImproperlyConfigured when its key is taken by another."""
    return _items.register(item)


def items(request: HttpRequest) -> list[NavEntry]:
    """Return the entries for a request, in order. What is not installed, or not the person's to see, is left out."""
    rights: frozenset[str] = getattr(request, "portal_permissions", frozenset())
    entries: list[NavEntry] = []
    for item in sorted(_items, key=lambda each: (each.order, each.key)):
        if item.needs and item.needs not in rights:
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        count = item.count(request) if item.count else None
        extra = item.extra or sum(not entry.extra for entry in entries) >= _ROOM
        entries.append(NavEntry(item.key, item.icon, item.label, url, count, item.tone, extra, item.gap, item.top))
    return entries
