"""What a merchant's records consist of. Apps contribute sections in `AppConfig.ready`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from merchants.models import Merchant
from shopops.registry import Registry


@dataclass(frozen=True)
class Table:
    """A section's rows. `columns` are (name in JSON, heading in the reader's language); values are plain or dates.

    `files` are further files of the section by name, such as receipts.
    """

    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[Any]]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A part of the records: `read` returns it in the language in use, without personal data of anybody but the shop.

    `code` names its files in the archive.
    """

    code: str
    label: object
    read: Callable[[Merchant], Table]


sections: Registry[Section] = Registry("section of records")


def register(section: Section) -> Section:
    """Add a section; raises ImproperlyConfigured when its code is taken."""
    return sections.register(section)
