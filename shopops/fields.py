"""Personal data at rest: encrypted text, digests to find it by, and how it is masked on pages."""

import functools
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.crypto import salted_hmac


@functools.lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> list[Fernet]:
    try:
        return [Fernet(key) for key in keys]
    except ValueError as error:
        raise ImproperlyConfigured(f"FIELD_KEYS: each key is 32 bytes in URL-safe base64 ({error}).") from error


def _cipher() -> MultiFernet:
    """The keys of settings.FIELD_KEYS: the first encrypts, all decrypt, so keys can be rotated."""
    return MultiFernet(_ciphers(tuple(settings.FIELD_KEYS)))


def uses_first_key(token: str) -> bool:
    """Was a stored value encrypted with the first of settings.FIELD_KEYS?"""
    try:
        _ciphers(tuple(settings.FIELD_KEYS))[0].decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotated(token: str) -> str:
    """Return a stored value encrypted anew with the first key; raises InvalidToken when no key reads it."""
    return _cipher().rotate(token.encode()).decode()


def encrypted(text: str) -> str:
    """Return a text encrypted with the first key, for values that lie elsewhere than in an EncryptedTextField.

    Who keeps such values registers them with shopops.audit.rotation, so that they follow when keys change.
    """
    return _cipher().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """Return what `encrypted` was given; raises ImproperlyConfigured when no key of FIELD_KEYS reads it."""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "A stored value cannot be decrypted: the key it was written with is missing from FIELD_KEYS."
        ) from error


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees encrypted (Fernet). It cannot be searched or compared in SQL."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypted(str(value)) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypted(value) if value else value


def digest(value: str) -> str:
    """Return the keyed SHA-256 of a personal number, "" for an empty one.

    Spaces, hyphens and letter case do not count, so the same phone written twice in different ways is found. The key is
    settings.DIGEST_KEY; after a change of it `manage.py rotate_field_keys --digests` writes the digests anew.
    """
    normalised = "".join(character for character in value if character.isalnum()).upper()
    if not normalised:
        return ""
    return salted_hmac("merchants.digest", normalised, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()


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


def mask(value: str) -> str:
    """Hide the middle of a personal number or name: 138****0417, 陈**, c***@example.com."""
    if not value:
        return ""
    if "@" in value:
        name, _at, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    if len(value) >= 8:
        return f"{value[:3]}****{value[-4:]}"
    return value[:1] + "**"
