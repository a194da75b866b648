"""Every operation of the API, from its own description, so that new ones join the tests by themselves."""

import re
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

#: What every shop has; who reads it is the same for all of them.
LISTS = ("merchants", "applications", "scores", "orders", "warnings", "complaints")
#: What has rules of its own about who reads it; here the platform's key does.
FURTHER_LISTS = (
    "agreements", "change-requests", "check-results", "exits", "opinion-requests", "verifications", "visits",
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """A method of an address, with its description."""

    method: str
    path: str
    spec: dict[str, Any]

    @property
    def names(self) -> set[str]:
        """What the address has to be filled with."""
        return set(re.findall(r"{(\w+)}", self.path))

    @property
    def is_public(self) -> bool:
        return {} in self.spec.get("security", [{}])

    @property
    def is_list(self) -> bool:
        return self.method == "get" and "{" not in self.path and not self.is_public


def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(public=True)


def operations() -> list[Operation]:
    return [
        Operation(method, path, spec) for path, entry in schema()["paths"].items() for method, spec in entry.items()
    ]
