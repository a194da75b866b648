"""The key that signs seals and daily roots, so that receipts can be verified by who has the public key alone."""

import functools
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from shopops.audit import receipt


def public_key() -> str:
    """Return the public key in hexadecimal, "" when settings.AUDIT_SIGNING_KEY is empty and nothing is signed."""
    key = _key(settings.AUDIT_SIGNING_KEY)
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex() if key else ""


def sign(header: dict[str, Any]) -> str:
    """Return the signature of a header in hexadecimal, "" without a key."""
    key = _key(settings.AUDIT_SIGNING_KEY)
    return key.sign(receipt.canonical(header)).hex() if key else ""


@functools.lru_cache(maxsize=4)
def _key(secret: str) -> Ed25519PrivateKey | None:
    if not secret:
        return None
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    except ValueError as error:
        raise ImproperlyConfigured(
            "AUDIT_SIGNING_KEY: write 32 bytes in hexadecimal; "
            "`python -c 'import secrets; print(secrets.token_hex(32))'` makes one."
        ) from error
