"""Recorded answers: a file of them instead of a register, for the demo, for trying things out, and for tests."""

import functools
from pathlib import Path
from typing import Any

import msgspec

from merchants.registers.facts import TYPES, Kind
from merchants.registers.providers import Away, Told

HERE = Path(__file__).parent / "recordings"


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded answer. `found` False: the register knows no such company. `away`: it does not answer."""

    uscc: str
    kind: Kind
    found: bool = True
    away: bool = False
    facts: dict[str, Any] | None = None


class RecordedProvider:
    """Answers from a JSON file, {"source": "…", "answers": [Recording, …]}; none for a company nobody recorded."""

    def __init__(self, path: str | Path = "") -> None:
        self._source, self._answers = _read(Path(path) if path else HERE / "demo.json")

    def ask(self, uscc: str, kind: Kind) -> Told:
        """The recorded answer."""
        answer = self._answers.get((uscc, kind))
        if answer is None:
            raise Away("There is no recorded answer for this company.")
        if answer.away:
            raise Away("The recorded register does not answer.")
        facts = msgspec.convert(answer.facts or {}, TYPES[kind]) if answer.found else None
        return Told(self._source, facts)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    answers: list[Recording]


@functools.lru_cache(maxsize=8)
def _read(path: Path) -> tuple[str, dict[tuple[str, Kind], Recording]]:
    content = msgspec.json.decode(path.read_bytes(), type=_File)
    return content.source, {(each.uscc, each.kind): each for each in content.answers}
