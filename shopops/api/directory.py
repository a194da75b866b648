"""Who belongs to which shop. The app that knows shops fills this in `AppConfig.ready`; the API asks here."""

from collections.abc import Iterable
from typing import Protocol

from shopops.accounts.models import User


class Directory(Protocol):
    """What the API asks about shops. `right` is a portal right; "" stands for being a member at all."""

    def shops(self, user: User, right: str) -> Iterable[int]:
        """The ids of the shops in which a person has a right."""

    def people(self, merchant_id: int, right: str) -> Iterable[User]:
        """The people who have a right in a shop."""

    def name(self, merchant_id: int) -> str:
        """What the shop is called."""


class _Nobody:
    """Without an app that knows shops nobody belongs to any."""

    def shops(self, user: User, right: str) -> Iterable[int]:
        return ()

    def people(self, merchant_id: int, right: str) -> Iterable[User]:
        return ()

    def name(self, merchant_id: int) -> str:
        return str(merchant_id)


_directory: Directory = _Nobody()


def use(directory: Directory) -> None:
    """Answer from this directory from now on."""
    global _directory  # noqa: PLW0603  # set once, while the application starts
    _directory = directory


def shops(user: User, right: str) -> frozenset[int]:
    """The ids of the shops in which a person has a right ("": any)."""
    return frozenset(_directory.shops(user, right))


def people(merchant_id: int, right: str) -> list[User]:
    """The people who have a right in a shop."""
    return list(_directory.people(merchant_id, right))


def name(merchant_id: int) -> str:
    """What the shop is called."""
    return _directory.name(merchant_id)
