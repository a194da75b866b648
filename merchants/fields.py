"""Finding personal data that is stored encrypted: keyed digests beside the encrypted columns."""

from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac


def digest(value: str) -> str:
    """Return the keyed SHA-256 of a personal number, "" for an empty one.

    Spaces, hyphens and letter case do not count, so the same phone written twice in different ways is found. The key is
    SECRET_KEY: after a rotation digests are written anew when their rows are saved.
    """
    normalised = "".join(character for character in value if character.isalnum()).upper()
    return salted_hmac("merchants.digest", normalised, algorithm="sha256").hexdigest() if normalised else ""


class DigestField(models.CharField):
    """The digest of the field `of`, set whenever the row is written, for "who else has this number?" in SQL."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"max_length": 64, "blank": True, "editable": False, "db_index": True, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = digest(getattr(model_instance, self.of) or "")
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}
