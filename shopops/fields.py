"""Personal data at rest: encrypted text, and how it is masked on pages."""

import functools
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@functools.cache
def _cipher() -> MultiFernet:
    """The keys of settings.FIELD_KEYS: the first encrypts, all decrypt, so keys can be rotated."""
    try:
        return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(f"FIELD_KEYS: each key is 32 bytes in URL-safe base64 ({error}).") from error


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees encrypted (Fernet). It cannot be searched or compared in SQL."""

    def get_prep_value(self, value: Any) -> Any:
        return _cipher().encrypt(str(value).encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A stored value cannot be decrypted: the key it was written with is missing from FIELD_KEYS."
            ) from error


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
