"""A decision's receipt, and how to verify one: `python -m shopops.audit.receipt FILE [--key PUBLIC_KEY]`.

This file stands alone. It needs Python and, for signatures, the package `cryptography`; no database, no Django and no
network. Auditors may copy it and run `python receipt.py FILE`.

How the proof works: an entry's canonical JSON (sorted keys, no spaces, UTF-8) is hashed to a leaf; the leaves of a
seal, in their order, form a Merkle tree; the seal's header names the tree's root and the hash of the header before
it, so seals are a chain; the seals of one day form a tree again, whose root stands in that day's root, chained too.
Leaf = SHA-256(0x00 ‖ bytes), node = SHA-256(0x01 ‖ left ‖ right), a node without a neighbour moves up as it is (RFC
6962's prefixes). Header hash = SHA-256(canonical JSON); Ed25519 signs the same bytes.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

FORMAT = "shopops-receipt-1"
#: Hash before the first header of a chain.
GENESIS = "0" * 64


class BadReceipt(Exception):
    """The receipt proves nothing; the message says where it breaks."""


def canonical(content: Any) -> bytes:
    """Return the one way to write a JSON value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def leaf(content: bytes) -> str:
    """Return the Merkle leaf of some bytes, in hexadecimal."""
    return hashlib.sha256(b"\x00" + content).hexdigest()


def person_hash(salt: str, actor: int | None, name: str) -> str:
    """Return what stands for the actor of an entry: a hash that only who has the entry's salt can check."""
    return hashlib.sha256(canonical([salt, actor, name])).hexdigest()


def header_hash(header: dict[str, Any]) -> str:
    """Return the hash of a seal's or a day's header, in hexadecimal."""
    return hashlib.sha256(canonical(header)).hexdigest()


def merkle_root(leaves: list[str]) -> str:
    """Return the root of a tree over hexadecimal hashes; raises ValueError when there are none."""
    if not leaves:
        raise ValueError("A tree needs a leaf.")
    level = leaves
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def merkle_path(leaves: list[str], index: int) -> list[list[str]]:
    """Return what to hash a leaf with on the way to the root: ["left" | "right", hash] from the bottom up."""
    path = []
    level = leaves
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(["left" if neighbour < index else "right", level[neighbour]])
        level, index = _next_level(level), index // 2
    return path


def climb(start: str, path: list[list[str]]) -> str:
    """Return the root that a leaf and its path lead to."""
    at = start
    for side, neighbour in path:
        if side not in ("left", "right"):
            raise BadReceipt("A step of a path goes neither left nor right.")
        at = _node(neighbour, at) if side == "left" else _node(at, neighbour)
    return at


def _next_level(level: list[str]) -> list[str]:
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + _unhex(left) + _unhex(right)).hexdigest()


def _unhex(text: str) -> bytes:
    """Read hexadecimal that is written the one way we write it."""
    value = bytes.fromhex(text)
    if value.hex() != text:
        raise ValueError("hexadecimal in another form")
    return value


def key_id(public_key: str) -> str:
    """Return the short name of a public key (hexadecimal): the beginning of its SHA-256."""
    return hashlib.sha256(_unhex(public_key)).hexdigest()[:16]


def write(receipt: dict[str, Any]) -> bytes:
    """Return a receipt as the bytes of its file; only these bytes verify."""
    return json.dumps(receipt, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def verify(content: bytes, trusted_key: str = "") -> list[str]:
    """Return what the receipt proves, a sentence each; raises BadReceipt when a single byte is not as it was written.

    `trusted_key` (hexadecimal) is the marketplace's public key, got elsewhere; then only its signatures count.
    """
    try:
        receipt = json.loads(content)
        if receipt["format"] != FORMAT or write(receipt) != content:
            raise BadReceipt("The file is not written as receipts are: something was added, removed or reformatted.")
        return _verify(receipt, trusted_key)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadReceipt(f"The file is no receipt, or a part of it is missing ({error!r}).") from error


def _verify(receipt: dict[str, Any], trusted_key: str) -> list[str]:
    expected = {"format", "entry", "path", "seal", "signature", "public_key", "key_id", "day", "person"}
    if set(receipt) != expected or set(receipt["day"] or {}) not in (set(), {"header", "path", "signature"}):
        raise BadReceipt("The file has parts that receipts do not have, or lacks some.")
    entry, seal, day = receipt["entry"], receipt["seal"], receipt["day"]
    if not seal["first"] <= entry["sequence"] <= seal["last"]:
        raise BadReceipt("The entry's number is not one of this seal.")
    if climb(leaf(canonical(entry)), receipt["path"]) != seal["root"]:
        raise BadReceipt("The entry is not the one that was sealed: its content or its path was changed.")
    if (person := receipt["person"]) is not None:
        if set(person) != {"actor", "name", "salt"}:
            raise BadReceipt("The person is named in another way than receipts do.")
        if person_hash(person["salt"], person["actor"], person["name"]) != entry["actor"]:
            raise BadReceipt("The person is not the one who was sealed.")
    proven = [f"Entry {entry['sequence']} is as it was sealed in seal {seal['number']} at {seal['at']}."]
    if day:
        if climb(header_hash(seal), day["path"]) != day["header"]["root"]:
            raise BadReceipt("The seal is not one of the day's: its header or its path was changed.")
        proven.append(f"The seal is part of the root of {day['header']['day']}: {header_hash(day['header'])}")
    return proven + _verify_signatures(receipt, trusted_key)


def _verify_signatures(receipt: dict[str, Any], trusted_key: str) -> list[str]:
    key = receipt["public_key"]
    if trusted_key and trusted_key != key:
        raise BadReceipt("The receipt is not signed with the key you trust.")
    if not key:
        if receipt["signature"] or receipt["key_id"] or (receipt["day"] or {}).get("signature"):
            raise BadReceipt("There is a signature, but not the key to check it with.")
        return ["It is not signed: compare the seal's or day's hash with what the marketplace published."]
    if receipt["key_id"] != key_id(key):
        raise BadReceipt("The name of the key does not belong to the key.")
    check_signature(receipt["seal"], receipt["signature"], key)
    if receipt["day"]:
        check_signature(receipt["day"]["header"], receipt["day"]["signature"], key)
    return [
        f"Signed with the key {receipt['key_id']}" + ("." if trusted_key else ": compare it with the published one.")
    ]


def check_signature(header: dict[str, Any], signature: str, public_key: str) -> None:
    """Raise BadReceipt unless `signature` (hexadecimal Ed25519) signs the header."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(_unhex(public_key))
        key.verify(_unhex(signature), canonical(header))
    except (InvalidSignature, ValueError) as error:
        raise BadReceipt("The signature does not fit: header, signature or key was changed.") from error


def main(arguments: list[str]) -> int:
    """Verify one file; 0 when it proves what it says, 1 when not, 2 when it was called wrongly."""
    trusted = ""
    if "--key" in arguments and arguments.index("--key") + 1 < len(arguments):
        at = arguments.index("--key")
        trusted = arguments[at + 1].strip().lower()
        arguments = arguments[:at] + arguments[at + 2 :]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("Usage: python -m shopops.audit.receipt FILE [--key PUBLIC_KEY]\n")
        return 2
    try:
        proven = verify(Path(arguments[0]).read_bytes(), trusted)
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 2
    except BadReceipt as error:
        sys.stderr.write(f"REFUSED: {error}\n")
        return 1
    sys.stdout.write("\n".join(["VALID", *proven]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
