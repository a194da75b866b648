"""What the keeper needs to know about a server."""

from pathlib import Path
from typing import Protocol

from .places import state_dir


class Server(Protocol):
    """A server program that the keeper starts, watches and stops."""

    name: str

    def start(self) -> None:
        """Start it and return when it answers; raises EmbeddedError when it does not."""

    def alive(self) -> bool:
        """Whether the process we started still runs."""

    def stop(self) -> None:
        """Stop it cleanly, by force after a time limit."""


def log_path(name: str) -> Path:
    """Return the log of a server or its keeper."""
    return state_dir() / "logs" / f"{name}.log"
