"""Texts in TOML data (policy packs, import mappings): a table with `en` has `zh` too, and both say as much."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shopops.i18n import placeholders, sources, typography
from shopops.i18n.findings import Finding

LANGUAGES = ("en", "zh")


def check(root: Path) -> list[Finding]:
    """Return the tables of all TOML files of the apps that lack one of the two languages."""
    findings: list[Finding] = []
    for path in sources.toml_files(root):
        name = path.relative_to(root).as_posix()
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            findings.append(Finding(name, 0, f"cannot be read: {error}"))
            continue
        findings += [Finding(name, 0, f"{where or 'top level'}: {text}") for where, text in _walk(data, "")]
    return findings


def _walk(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((where, text) for text in _check_table(value))
        for key, inner in value.items():
            yield from _walk(inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, f"{where}[{position}]")


def _check_table(table: dict[str, Any]) -> Iterator[str]:
    if not any(language in table for language in LANGUAGES):
        return
    lacking = [language for language in LANGUAGES if not table.get(language)]
    yield from (f"lacks {language}" for language in lacking)
    original, translated = (table.get(language) for language in LANGUAGES)
    if lacking:
        return
    if type(original) is not type(translated):
        yield "en and zh are of different types"
    elif isinstance(original, list) and len(original) != len(translated or []):
        yield "en and zh have different lengths"
    elif isinstance(original, str) and isinstance(translated, str):
        faults = [*placeholders.differences(original, translated), *typography.faults(translated)]
        yield from (f"zh {fault}" for fault in faults)
