"""What a check found, in the form `file:line: text`."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to repair: where it is (path relative to the root; line 0 = the whole file) and what is wrong."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.text}"


def quoted(text: str) -> str:
    """Return the text for a one-line report, cut at 70 characters."""
    shown = text if len(text) <= 70 else text[:67] + "..."
    return '"' + shown.replace("\n", "\\n") + '"'
