"""A register behind HTTP: the contract is docs/registers.md."""

import time
import uuid

import msgspec
from django.conf import settings

from merchants.registers.facts import TYPES, Kind
from merchants.registers.providers import Away, Told
from shopops.webhooks import calling, signing

#: Bytes of an answer; a company with a thousand penalties stays below it.
ANSWER_BYTES = 512 * 1024


class _Answer(msgspec.Struct, frozen=True):
    """What the provider sends. Fields that are unknown here are left aside, so a provider can tell more."""

    uscc: str
    found: bool
    source: str
    facts: msgspec.Raw = msgspec.Raw(b"null")


class HttpProvider:
    """Sends a signed POST per question. Addresses inside a network that is not public are refused unless
    WEBHOOK_ALLOWED_NETWORKS lists it, and redirects are not followed."""

    def __init__(self, url: str, secret: str = "") -> None:
        self._url, self._secret = url.rstrip("/"), secret

    def ask(self, uscc: str, kind: Kind) -> Told:
        """Ask the register; raises Away for anything but a whole answer about this company."""
        uid = f"reg_{uuid.uuid4().hex}"
        body = msgspec.json.encode({"id": uid, "uscc": uscc, "kind": kind})
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "ShopOps"}
        if self._secret:
            headers |= signing.headers([self._secret], uid=uid, timestamp=int(time.time()), body=body)
        answer = calling.post(f"{self._url}/{kind}", body, headers, keep=ANSWER_BYTES)
        if answer.status is None:
            raise Away(answer.error)
        if not answer.succeeded:
            raise Away(f"HTTP {answer.status}", answer.retry_after)
        return _told(answer.excerpt, uscc, kind)


def _told(text: str, uscc: str, kind: Kind) -> Told:
    """The answer, when it is one and speaks of the company that was asked about."""
    try:
        answer = msgspec.json.decode(text, type=_Answer)
        if answer.uscc != uscc:
            raise Away("The answer is about another company.")
        facts = msgspec.json.decode(answer.facts, type=TYPES[kind]) if answer.found else None
    except msgspec.MsgspecError as error:
        raise Away(f"The answer is not what docs/registers.md describes: {error}"[:300]) from error
    return Told(answer.source[:100] or settings.REGISTER_URL[:100], facts)
