"""Every operation of the API, from its own description, so that new ones join the tests by themselves."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

LISTS = ("merchants", "applications", "scores", "orders", "warnings", "complaints")


@dataclass(frozen=True)
class Operation:
    """A method of an address, with its description."""

    method: str
    path: str
    spec: dict[str, Any]

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
