"""Typed readers for environment variables that fail early and say what they expect."""

import base64
import hashlib
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the contents of the file that NAME_FILE names (for mounted secrets).

    Raises ImproperlyConfigured when neither is set and there is no default.
    """
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (or {name}_FILE).")
    return value


def boolean(name: str, default: bool) -> bool:
    """Return the variable as a boolean; raises ImproperlyConfigured for anything but true/false words."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write true or false.")


def integer(name: str, default: int) -> int:
    """Return the variable as a whole number; raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number.") from None


def words(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated variable as a list."""
    value = os.environ.get(name)
    return default if value is None else [word.strip() for word in value.split(",") if word.strip()]


def fernet_key(secret: str) -> str:
    """Derive a Fernet key from a secret of any form."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()
