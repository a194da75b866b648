"""What may be brought in by a file. Apps register theirs in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from import_export.resources import ModelResource

from shopops.fields import mask
from shopops.registry import Registry


@dataclass(frozen=True)
class Column:
    """One column of a file: its name in the heading, what belongs in it, an example for the empty template.

    What is `personal` is masked on pages and kept encrypted.
    """

    name: str
    help: object
    example: str = ""
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Exchange:
    """A kind of row that can be imported. `permission` ("app.codename") opens its pages.

    `resource` makes the django-import-export resource for one import; it raises ValidationError for a bad row, named by
    the column. `after_rows` hears the primary keys that a chunk made or changed, in the chunk's transaction.
    """

    code: str
    label: object
    help: object
    permission: str
    columns: tuple[Column, ...]
    resource: Callable[[], ModelResource]
    after_rows: Callable[[list[int]], object] | None = None
    list_url: str | Promise = ""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def masked(self, values: dict[str, str]) -> dict[str, str]:
        """A row as pages show it."""
        personal = {column.name for column in self.columns if column.personal}
        return {name: mask(value) if name in personal else value for name, value in values.items()}

    def template(self) -> list[list[Any]]:
        """The heading and one example row."""
        return [self.names, [column.example for column in self.columns]]


exchanges: Registry[Exchange] = Registry("exchange")
