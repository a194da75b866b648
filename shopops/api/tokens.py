"""The secrets of API keys: how they look and how they are kept. Pure.

A secret is `so_live_`, 43 letters and digits that hold 256 random bits, and 6 that check them. The beginning lets
scanners of leaked secrets find it, the check tells a mistyped one from an unknown one without asking the database.

Only the SHA-256 of a secret is kept. A slow hash protects what people think up, because that can be guessed; nobody
guesses one of 2**256, and the check runs on every request.
"""

import hashlib
import secrets
import string
import zlib

BEGINNING = "so_live_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
#: 62**43 > 2**256; 62**6 > 2**32.
RANDOM_LENGTH, CHECK_LENGTH = 43, 6
#: So much of a secret is shown afterwards, to tell keys apart; 36 of its 256 bits.
SHOWN_LENGTH = len(BEGINNING) + 6


def new_token() -> str:
    """Return a new secret from the system's random source."""
    return token_of(secrets.token_bytes(32))


def token_of(random: bytes) -> str:
    """Return the secret made of 32 given bytes."""
    if len(random) != 32:
        raise ValueError("A secret is made of 32 bytes.")
    body = _base62(int.from_bytes(random, "big"), RANDOM_LENGTH)
    return f"{BEGINNING}{body}{_check(body)}"


def is_well_formed(token: str) -> bool:
    """Whether this can be a secret of ours: its beginning, its length, its letters, its check."""
    if not token.startswith(BEGINNING) or len(token) != len(BEGINNING) + RANDOM_LENGTH + CHECK_LENGTH:
        return False
    body, check = token[len(BEGINNING) : -CHECK_LENGTH], token[-CHECK_LENGTH:]
    return all(letter in ALPHABET for letter in body) and check == _check(body)


def digest(token: str) -> str:
    """Return what is kept of a secret: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown(token: str) -> str:
    """Return the part of a secret that may be shown."""
    return token[:SHOWN_LENGTH]


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _place in range(length):
        number, remainder = divmod(number, 62)
        digits.append(ALPHABET[remainder])
    return "".join(reversed(digits))
