"""Everything `check` looks at: the catalogue against the sources, templates, bilingual data."""

from pathlib import Path

from babel.messages.catalog import Message

from shopops.i18n import bilingual, catalog, hardcoded, placeholders, sources, typography
from shopops.i18n.findings import Finding, quoted
from shopops.i18n.messages import Key, Messages, Source


def check(root: Path) -> list[Finding]:
    """Return every reason why a reader could meet a missing, wrong or untranslatable text."""
    messages = sources.collect(root)
    return sorted([*messages.problems, *check_catalog(root, messages), *bilingual.check(root), *hardcoded.check(root)])


def check_catalog(root: Path, messages: Messages) -> list[Finding]:
    """Return where the catalogue and the sources disagree."""
    path = catalog.po_path(root)
    name = path.relative_to(root).as_posix()
    if not path.exists():
        return [Finding(name, 0, "does not exist; run `update`")]
    try:
        stored = catalog.read(path)
    except catalog.CatalogError as error:
        return [Finding(name, 0, str(error))]
    known = catalog.entries(stored)
    findings = [
        Finding(name, message.lineno or 0, f"obsolete, in no source: {quoted(key[0])}")
        for key, message in known.items()
        if key not in messages.sources
    ]
    findings += [Finding(name, 0, f"obsolete: {quoted(catalog.singular(m))}") for m in stored.obsolete.values()]
    for key, source in messages:
        if key in known:
            findings += [Finding(name, known[key].lineno or 0, text) for text in check_entry(key, source, known[key])]
        else:
            findings.append(Finding(min(source.files), 0, f"missing in the catalogue: {quoted(key[0])}"))
    return findings


def check_entry(key: Key, source: Source, entry: Message) -> list[str]:
    """Return what is wrong with one translation."""
    shown = quoted(key[0])
    string = catalog.translation(entry)
    if source.plural is not None and catalog.plural(entry) != source.plural:
        return [f"another plural than the source: {shown}"]
    if entry.fuzzy:
        return [f"fuzzy: {shown}"]
    if not string.strip():
        return [f"empty translation: {shown}"]
    # Chinese has one form, used for every count: it must carry what the plural carries.
    original = source.plural if source.plural is not None else key[0]
    return [f"{shown}: {text}" for text in [*placeholders.differences(original, string), *typography.faults(string)]]
