"""Which addresses may be called: public ones by https, and what WEBHOOK_ALLOWED_NETWORKS lists.

An endpoint's address is chosen by its owner, so without this an owner could have the platform call its own insides:
the database's host, the cloud's metadata service, another machine of the local network.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST = 500


class RefusedAddress(ValueError):
    """The address may not be called; `str()` says why, in the active language."""


@dataclass(frozen=True)
class Target:
    """A checked address: connect to `ip` and nothing else, ask for `host`."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def check(url: str) -> None:
    """Look at an address that a person typed. Raises RefusedAddress.

    A name that cannot be looked up now passes: what counts is the look before every call.
    """
    parts = _parts(url)
    try:
        found = _lookup(*parts[1:3])
    except OSError:
        if parts[0] != "https":
            raise RefusedAddress(_("The address must begin with https://.")) from None
        return
    _judge(parts[0], parts[1], found)


def resolve(url: str) -> Target:
    """Look the name up, check every address it has, and return the one to connect to.

    The caller connects to that very address, so that a name which answers differently a moment later gains nothing.
    Raises RefusedAddress, or OSError when the name cannot be looked up.
    """
    scheme, host, port, path = _parts(url)
    found = _lookup(host, port)
    _judge(scheme, host, found)
    return Target(scheme, host, port, path, str(found[0]))


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could be meant: not private, loopback, link-local, multicast or reserved, also
    when wrapped into an IPv6 address."""
    if not all(is_public(inner) for inner in _wrapped(address)):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _wrapped(address: Address) -> list[Address]:
    """IPv4 addresses inside an IPv6 one: mapped and 6to4. Teredo and NAT64 are no public addresses themselves."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    return [each for each in (address.ipv4_mapped, address.sixtofour) if each is not None]


def _is_allowed(address: Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return any((mapped or address) in ipaddress.ip_network(net) for net in settings.WEBHOOK_ALLOWED_NETWORKS)


def _judge(scheme: str, host: str, found: list[Address]) -> None:
    allowed = all(_is_allowed(address) for address in found)
    if scheme != "https" and not allowed:
        raise RefusedAddress(_("The address must begin with https://."))
    # One bad address among several is enough: the next look-up could return it first.
    if not all(is_public(address) or _is_allowed(address) for address in found):
        raise RefusedAddress(_("%(host)s is not on the public internet. Give an address that is.") % {"host": host})


def _parts(url: str) -> tuple[str, str, int, str]:
    """Take an address apart; raises RefusedAddress for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedAddress(_("This is not an address. Write it like https://shop.example.com/hooks.")) from None
    host = parts.hostname or ""
    unfit = len(url) > _LONGEST or not url.isascii() or any(char.isspace() or ord(char) < 32 for char in url)
    if parts.scheme not in ("https", "http") or not host or unfit or port == 0:
        raise RefusedAddress(_("This is not an address. Write it like https://shop.example.com/hooks."))
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress(_("Leave user name and password out of the address: calls are signed instead."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def _lookup(host: str, port: int) -> list[Address]:
    """Every address of a host. Raises OSError."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(str(error)) from error
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
