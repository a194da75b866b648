"""Which files of the tree hold texts."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from shopops.i18n import borrowed, python_source, template_source
from shopops.i18n.messages import Messages

TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".ics", ".svg", ".md"}
_NOT_OURS = {"tests", "docs", "locale", "static", "staticfiles", "media", "node_modules", "build", "dist"}
_SKIPPED_INSIDE = {"migrations", "tests", "__pycache__", "node_modules"}


def roots(root: Path) -> list[Path]:
    """Return the folders with texts: every top-level package, every plain folder of packages, templates/."""
    return [
        folder
        for folder in sorted(path for path in root.iterdir() if path.is_dir())
        if not folder.name.startswith(".") and folder.name not in _NOT_OURS and _is_ours(folder)
    ]


def _is_ours(folder: Path) -> bool:
    return folder.name == "templates" or any(
        next(folder.glob(pattern), None) for pattern in ("__init__.py", "*/__init__.py")
    )


def _walk(root: Path, only: Iterable[Path]) -> Iterator[Path]:
    chosen = [path.resolve() for path in only]
    for folder in roots(root):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts[:-1]
            if any(part in _SKIPPED_INSIDE or part.startswith(".") for part in inside) or not path.is_file():
                continue
            if not chosen or any(path.resolve().is_relative_to(place) for place in chosen):
                yield path


def python_files(root: Path, only: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield the modules below the root, or those below the given files and folders alone."""
    return (path for path in _walk(root, only) if path.suffix == ".py")


def templates(root: Path, only: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield the template files: text files below a folder named `templates`."""
    return (
        path
        for path in _walk(root, only)
        if path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(root).parts[:-1]
    )


def toml_files(root: Path) -> Iterator[Path]:
    """Yield the policy packs, import mappings and other TOML data of the apps."""
    return (path for path in _walk(root, ()) if path.suffix == ".toml")


def collect(root: Path, only: Iterable[Path] = ()) -> Messages:
    """Extract every text below the root, with those borrowed from packages (or those below the given places alone)."""
    only = list(only)
    messages = Messages()
    for files, extract in (
        (python_files(root, only), python_source.extract),
        (templates(root, only), template_source.extract),
    ):
        for path in files:
            name = path.relative_to(root).as_posix()
            try:
                text = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError as error:
                messages.problem(name, 0, f"not UTF-8: {error.reason} at byte {error.start}")
                continue
            extract(name, text, messages)
    if not only:
        borrowed.add(root, messages)
    return messages
