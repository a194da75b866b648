"""Where documents lie: outside everything that a web server serves, under names nobody can guess."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models


class PrivateStorage(FileSystemStorage):
    """MEDIA_ROOT/private, readable by this process alone; files leave only through a view that checks and logs."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        """Read from the settings each time: they decide where files lie, not the moment of the import."""
        return str(Path(settings.MEDIA_ROOT) / "private")

    def url(self, name: str | None) -> str:
        """Nothing in here has an address of its own; raises ValueError."""
        raise ValueError("Documents are handed out by the view merchants:document only.")


def private_storage() -> PrivateStorage:
    """The storage of documents; a function, so that migrations do not keep its place."""
    return PrivateStorage()


def unguessable_name(_instance: models.Model, filename: str) -> str:
    """Return a random name in one of 256 folders; only the ending of `filename` is kept."""
    token = secrets.token_hex(20)
    return f"documents/{token[:2]}/{token}{Path(filename).suffix.lower()}"
