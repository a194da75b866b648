"""Texts of installed packages that come without Chinese, so that the catalogue carries it for them.

`locale/borrowed.txt` names folders and files of installed packages, one a line (`unfold`), and with `!` what to leave
out of them (`!unfold/contrib`). Texts that Django or the package itself has in Chinese are not borrowed.
"""

import gettext
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from shopops.i18n import python_source, template_source
from shopops.i18n.messages import Key, Messages, Source

LIST = Path("locale") / "borrowed.txt"
# Django's catalogues that this project loads.
_DJANGO = ("conf", "contrib/admin", "contrib/auth", "contrib/contenttypes", "contrib/postgres")
_CATALOGUE = "locale/zh_Hans/LC_MESSAGES/django.mo"


def add(root: Path, messages: Messages) -> None:
    """Add the texts of the packages that the list of a tree names; a package that is not installed is a problem."""
    path = root / LIST
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    entries = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    left_out = [entry[1:] for entry in entries if entry.startswith("!")]
    translated = None
    for entry in entries:
        if entry.startswith("!"):
            continue
        place = _find(entry)
        if place is None:
            messages.problem(LIST.as_posix(), 0, f"{entry} is not installed")
            continue
        translated = translated or _Translated(_package_folder("django"))
        for key, source in _texts(entry, place, left_out):
            if not translated.has(key, source):
                known = messages.sources.setdefault(key, Source(plural=source.plural))
                known.files |= source.files


def _package_folder(package: str) -> Path | None:
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _find(entry: str) -> Path | None:
    package, _slash, inside = entry.partition("/")
    folder = _package_folder(package)
    place = folder / inside if folder else None
    return place if place and place.exists() else None


def _texts(entry: str, place: Path, left_out: list[str]) -> Iterator[tuple[Key, Source]]:
    found = Messages()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        name = entry if path == place else f"{entry}/{path.relative_to(place).as_posix()}"
        if any(name == out or name.startswith(out + "/") for out in left_out):
            continue
        if path.suffix == ".py":
            python_source.extract(name, path.read_text(encoding="utf-8"), found)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            template_source.extract(name, path.read_text(encoding="utf-8"), found)
    return iter(found)


class _Translated:
    """What Django has in Chinese already."""

    def __init__(self, django: Path | None) -> None:
        self.catalogues: list[gettext.GNUTranslations] = []
        for path in [django / part / _CATALOGUE for part in _DJANGO] if django else []:
            if path.exists():
                with path.open("rb") as file:
                    self.catalogues.append(gettext.GNUTranslations(file))

    def has(self, key: Key, source: Source) -> bool:
        msgid, context = key
        return any(self._look_up(catalogue, msgid, context, source.plural) for catalogue in self.catalogues)

    @staticmethod
    def _look_up(catalogue: gettext.GNUTranslations, msgid: str, context: str, plural: str | None) -> bool:
        if plural is not None:
            found = catalogue.npgettext(context, msgid, plural, 2) if context else catalogue.ngettext(msgid, plural, 2)
            return found != plural
        return (catalogue.pgettext(context, msgid) if context else catalogue.gettext(msgid)) != msgid
