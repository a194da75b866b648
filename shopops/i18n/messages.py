"""The texts that sources ask to have translated, collected over all files."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shopops.i18n.findings import Finding, quoted

Key = tuple[str, str]
"""(msgid, context); the context is "" for a text without one."""


@dataclass
class Source:
    """One text as the sources use it."""

    plural: str | None = None
    files: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)


class Messages:
    """All texts by key, and what stood in the way of extracting them."""

    def __init__(self) -> None:
        self.sources: dict[Key, Source] = {}
        self.problems: list[Finding] = []

    def __iter__(self) -> Iterator[tuple[Key, Source]]:
        """Iterate in the order of the catalogue: by msgid, then context."""
        return iter(sorted(self.sources.items(), key=lambda item: item[0]))

    def __len__(self) -> int:
        return len(self.sources)

    def add(
        self,
        path: str,
        line: int | None,
        msgid: str,
        *,
        plural: str | None = None,
        context: str = "",
        comments: tuple[str, ...] = (),
    ) -> None:
        """Record that a file uses a text. An empty text and two plurals of one singular become problems."""
        if not msgid:
            self.problem(path, line, "an empty text cannot be translated")
            return
        source = self.sources.setdefault((msgid, context), Source())
        if plural is not None and source.plural not in (None, plural):
            self.problem(path, line, f"{quoted(msgid)} has another plural elsewhere: {quoted(source.plural or '')}")
        source.plural = source.plural if source.plural is not None else plural
        source.files.add(path)
        source.comments.update(comments)

    def problem(self, path: str, line: int | None, text: str) -> None:
        """Record something that keeps a text from being extracted."""
        self.problems.append(Finding(path, line or 0, text))
