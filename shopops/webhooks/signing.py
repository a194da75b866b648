"""Standard Webhooks signatures: https://www.standardwebhooks.com, scheme v1 (HMAC-SHA256)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
#: Bytes of a new secret; the specification asks for 24 to 64.
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a random secret as receivers enter it: whsec_ and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, *, uid: str, timestamp: int, body: bytes) -> str:
    """Return "v1,<base64>" over "<webhook-id>.<webhook-timestamp>.<body>"."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{uid}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secret_values: Iterable[str], *, uid: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a call. Two secrets give two signatures; receivers accept either."""
    signatures = [sign(secret, uid=uid, timestamp=timestamp, body=body) for secret in secret_values]
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
