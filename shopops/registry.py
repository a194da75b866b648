"""Small registries through which apps contribute upwards: filled in `AppConfig.ready`, read by the floors above."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured


class HasCode(Protocol):
    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=HasCode)


class Registry(Generic[T]):
    """Items by their `code`, in the order of registration."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add an item; raises ImproperlyConfigured when its code is taken by another."""
        if self._items.get(item.code, item) != item:
            raise ImproperlyConfigured(f"There are two {self.noun}s with the code {item.code!r}.")
        self._items[item.code] = item
        return item

    def get(self, code: str) -> T:
        """Return the item; raises KeyError naming the codes that exist."""
        try:
            return self._items[code]
        except KeyError:
            raise KeyError(f"No {self.noun} {code!r}; there are: {', '.join(sorted(self._items))}") from None

    def __contains__(self, code: object) -> bool:
        return code in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)
