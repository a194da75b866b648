"""The link in an invitation's e-mail: computed from the secret key when the e-mail is rendered, and stored nowhere.

Whoever reads the database or the ledger of messages finds only the `nonce`, which opens nothing without the key.
"""

import hmac
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import get_random_string, salted_hmac

_SALT = "merchants.invitation"


def new_nonce() -> str:
    """A fresh one for every sending, so that sending again kills the older link."""
    return get_random_string(32)


def token(pk: int, nonce: str, key: str | bytes | None = None) -> str:
    """The secret part of the link, 256 bits in hexadecimal."""
    return salted_hmac(_SALT, f"{pk}:{nonce}", secret=key, algorithm="sha256").hexdigest()


def opens(pk: int, nonce: str, brought: str) -> bool:
    """Whether somebody brought the link of this invitation; older secret keys count too (SECRET_KEY_FALLBACKS)."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(token(pk, nonce, key).encode(), brought.encode()) for key in keys)


def link(pk: int, nonce: str) -> str:
    """The whole address, as an e-mail writes it."""
    return f"{settings.SITE_URL}{reverse('join:link', args=[pk, token(pk, nonce)])}"


def link_of(context: dict[str, Any]) -> str:
    """The link of the invitation that a message is about; the kind's `private_link`."""
    return link(context["invitation"], context["nonce"])
