"""Secrets of a local installation, made on first use."""

import os
import secrets
import tempfile
from pathlib import Path

from .places import STATE_REMEDY, EmbeddedError, make_folder, state_dir


def local_secret(name: str) -> str:
    """Return the random secret kept in STATE/<name> (mode 0600), making it on first use.

    Two processes that ask at the same moment get the same secret. Raises EmbeddedError when STATE cannot be written.
    """
    path = make_folder(state_dir()) / name
    try:
        if not path.exists():
            _create(path)
        return path.read_text().strip()
    except OSError as error:
        raise EmbeddedError(f"Cannot read or create {path}: {error.strerror}. {STATE_REMEDY}") from error


def _create(path: Path) -> None:
    """Write the whole secret aside, then give it its name unless another process was first."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(48) + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
