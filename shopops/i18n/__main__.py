"""Command line: `python -m shopops.i18n <verb>`; see `--help`."""

import argparse
import sys
from pathlib import Path

from shopops.i18n import catalog

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; returns the exit code (0 = fine, 1 = something to repair)."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except catalog.CatalogError as error:
        _say(str(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shopops.i18n", description="Texts and their Chinese translations.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree to work on (default: this project)")
    verbs = parser.add_subparsers(dest="verb", required=True)

    extract = verbs.add_parser("extract", help="print the texts of the sources as a PO fragment to fill in")
    extract.add_argument("places", nargs="*", type=Path, help="only these files and folders")
    extract.add_argument("--missing", action="store_true", help="only texts that have no translation yet")
    extract.set_defaults(run=_extract)

    update = verbs.add_parser("update", help="bring the catalogue in line with the sources, keeping translations")
    update.set_defaults(run=_update, fragments=[], prefer_fragments=False)

    merge = verbs.add_parser("merge", help="update, then take translations from fragments")
    merge.add_argument("fragments", nargs="+", type=Path, metavar="FRAGMENT.po")
    merge.add_argument("--prefer-fragments", action="store_true", help="on a conflict take the fragment's translation")
    merge.set_defaults(run=_update)

    check = verbs.add_parser(
        "check", help="list what is missing, wrong, obsolete or hard-coded; exit code 1 if anything"
    )
    check.set_defaults(run=_check)

    compile_ = verbs.add_parser("compile", help="write django.mo beside django.po")
    compile_.set_defaults(run=_compile)
    return parser


def _extract(options: argparse.Namespace) -> int:
    from shopops.i18n import sources

    messages = sources.collect(options.root, options.places)
    entries, _changes = catalog.updated(messages, catalog.read_or_empty(options.root))
    if options.missing:
        for message in list(catalog.entries(entries).values()):
            if catalog.translation(message) and not message.fuzzy:
                entries.delete(message.id, message.context)
    sys.stdout.write(catalog.serialise(entries))
    for problem in messages.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if messages.problems else 0


def _update(options: argparse.Namespace) -> int:
    from shopops.i18n import sources

    messages = sources.collect(options.root)
    entries, changes = catalog.updated(messages, catalog.read_or_empty(options.root))
    for fragment in options.fragments:
        catalog.merge(entries, fragment, changes, prefer_fragment=options.prefer_fragments)
    catalog.write(catalog.po_path(options.root), entries)
    for msgid, string in changes.removed:
        _say(f"removed: {msgid!r} = {string!r}")
    _say(*(f"unknown: {finding}" for finding in changes.unknown))
    _say(*(f"conflict: {finding}" for finding in changes.conflicts))
    empty = sum(1 for message in catalog.entries(entries).values() if not catalog.translation(message))
    _say(
        f"{len(messages)} texts: {len(changes.added)} added, {len(changes.removed)} removed, "
        f"{changes.translated} translated from fragments, {len(changes.conflicts)} conflicts, {empty} still empty"
    )
    if messages.problems:
        _say(*messages.problems, "Unused texts are kept until the sources above are repaired.")
    return 1 if changes.conflicts or messages.problems else 0


def _check(options: argparse.Namespace) -> int:
    from shopops.i18n import checks

    findings = checks.check(options.root)
    _say(*findings, f"{len(findings)} to repair" if findings else "All texts are there in English and Chinese.")
    return 1 if findings else 0


def _compile(options: argparse.Namespace) -> int:
    path, count = catalog.compile_mo(options.root)
    _say(f"{path}: {count} texts")
    return 0


def _say(*lines: object) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
