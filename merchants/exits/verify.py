"""Verify a merchant's record file: `python -m merchants.exits.verify FILE.zip [--key PUBLIC_KEY]`.

It needs Python and the package `cryptography`; no database, no Django, no network. Whoever has not installed ShopOps
puts this file and `receipt.py` (shopops/audit/receipt.py) into one folder and runs `python verify.py FILE.zip`.

How the proof works: `manifest.json` names every other file of the archive with its size and SHA-256, and the public
key; `signature.json` holds the Ed25519 signature of the manifest's canonical JSON (sorted keys, no spaces, UTF-8), made
with the key that signs the audit log's daily roots. Receipts of decisions below `receipts/` are verified, too.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

try:
    from shopops.audit import receipt
except ModuleNotFoundError:  # beside a copy of receipt.py
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import receipt  # type: ignore[import-not-found,no-redef]

FORMAT = "shopops-records-1"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
#: A manifest of more bytes is none of ours.
MAX_MANIFEST = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


class BadRecords(Exception):
    """The file proves nothing; the message says where it breaks."""


def verify(path: Path | str, trusted_key: str = "") -> list[str]:
    """Return what the file proves, a sentence each; raises BadRecords when a single byte is not as it was written.

    `trusted_key` (hexadecimal) is the marketplace's public key, got elsewhere; then only its signature counts.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _verify(archive, trusted_key)
    except (
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        EOFError,
        RuntimeError,
    ) as error:
        raise BadRecords(f"The file is no record file, or a part of it is missing ({error!r}).") from error


def _verify(archive: zipfile.ZipFile, trusted_key: str) -> list[str]:
    names = [each.filename for each in archive.infolist()]
    if len(names) != len(set(names)):
        raise BadRecords("The archive holds two files of the same name.")
    manifest = json.loads(_read(archive, MANIFEST, MAX_MANIFEST))
    if manifest["format"] != FORMAT or _read(archive, MANIFEST, MAX_MANIFEST) != receipt.write(manifest):
        raise BadRecords("The manifest is not written as manifests are.")
    listed = {each["name"]: each for each in manifest["files"]}
    if set(names) != {*listed, MANIFEST, SIGNATURE}:
        raise BadRecords("Files were added to the archive or taken out of it.")
    proven = [_signature(archive, manifest, trusted_key)]
    for name, entry in listed.items():
        if _sha256(archive, name, entry["size"]) != entry["sha256"]:
            raise BadRecords(f"{name} is not the file that was signed.")
    proven.append(f"{len(listed)} files of “{manifest['shop']}” are as they were on {manifest['made_at']}.")
    receipts = [name for name in listed if name.startswith("receipts/")]
    for name in receipts:
        try:
            receipt.verify(archive.read(name), trusted_key)
        except receipt.BadReceipt as error:
            raise BadRecords(f"{name}: {error}") from error
    return [*proven, f"{len(receipts)} receipts of decisions are valid."]


def _signature(archive: zipfile.ZipFile, manifest: dict[str, Any], trusted_key: str) -> str:
    key, signed = manifest["public_key"], json.loads(_read(archive, SIGNATURE, MAX_MANIFEST))
    if set(signed) != {"signature", "public_key", "key_id"} or signed["public_key"] != key:
        raise BadRecords("The signature does not belong to the manifest.")
    if trusted_key and trusted_key != key:
        raise BadRecords("The file is not signed with the key you trust.")
    if not key:
        if signed["signature"]:
            raise BadRecords("There is a signature, but not the key to check it with.")
        return "It is not signed: the marketplace had no signing key."
    if signed["key_id"] != receipt.key_id(key):
        raise BadRecords("The name of the key does not belong to the key.")
    try:
        receipt.check_signature(manifest, signed["signature"], key)
    except receipt.BadReceipt as error:
        raise BadRecords(str(error)) from error
    return f"Signed with the key {signed['key_id']}" + ("." if trusted_key else ": compare it with the published one.")


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadRecords(f"{name} is larger than such files are.")
    return content


def _sha256(archive: zipfile.ZipFile, name: str, size: int) -> str:
    """The hash of a file that has the size the manifest says; a longer one is not read to its end."""
    digest, seen = hashlib.sha256(), 0
    with archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            seen += len(chunk)
            if seen > size:
                raise BadRecords(f"{name} is longer than the manifest says.")
            digest.update(chunk)
    if seen != size:
        raise BadRecords(f"{name} is shorter than the manifest says.")
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """Verify one file; 0 when it proves what it says, 1 when not, 2 when it was called wrongly."""
    trusted = ""
    if "--key" in arguments and arguments.index("--key") + 1 < len(arguments):
        at = arguments.index("--key")
        trusted = arguments[at + 1].strip().lower()
        arguments = arguments[:at] + arguments[at + 2 :]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("Usage: python -m merchants.exits.verify FILE.zip [--key PUBLIC_KEY]\n")
        return 2
    try:
        proven = verify(Path(arguments[0]), trusted)
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 2
    except BadRecords as error:
        sys.stderr.write(f"REFUSED: {error}\n")
        return 1
    sys.stdout.write("\n".join(["VALID", *proven]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
