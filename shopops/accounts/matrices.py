"""Permission matrices of people other than operators, for the console's page. Apps register theirs in `ready`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shopops.registry import Registry


@dataclass(frozen=True)
class Matrix:
    """Who may do what in one part of the house.

    `roles()` gives the names of the roles, `rows()` each permission in words with one flag per role, both in the
    reader's language.
    """

    code: str
    label: object
    roles: Callable[[], Sequence[object]]
    rows: Callable[[], Sequence[tuple[object, Sequence[bool]]]]


matrices: Registry[Matrix] = Registry("permission matrix")
