"""Where a request comes from: the address that the client cannot make up, and the networks that limits and logs use."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: A provider's customers change addresses within such prefixes; one person cannot be told by them.
COARSE = {4: 24, 6: 48}
#: What one household or host has to itself.
_OWN = {4: 32, 6: 64}


def address_of(request: HttpRequest) -> str:
    """The client's address; empty when there is none (shell, tests, a socket).

    Behind TRUSTED_PROXIES proxies it is the entry of X-Forwarded-For that the outermost of them wrote: each adds one on
    the right, and whatever stands further left the client may have made up. A request that came past the proxies has
    fewer entries than there are proxies; then the connection counts.
    """
    address = _parsed(_forwarded(request)) or _parsed(request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else ""


def client_network(request: HttpRequest) -> str:
    """What one client has to itself: an IPv4 address, or an IPv6 /64; "unknown" without an address."""
    address = _parsed(address_of(request))
    if address is None:
        return "unknown"
    return str(address) if address.version == 4 else _prefix(address, _OWN)


def coarse_network(request: HttpRequest) -> str:
    """The client's network, /24 or /48: enough to notice a strange one, too little to find a person; "" without one."""
    return masked(address_of(request))


def masked(address: str) -> str:
    """The network of an address: /24 for IPv4, /48 for IPv6; empty for what is no address."""
    parsed = _parsed(address)
    return _prefix(parsed, COARSE) if parsed else ""


def _forwarded(request: HttpRequest) -> str:
    proxies = settings.TRUSTED_PROXIES
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    return entries[-proxies] if 0 < proxies <= len(entries) else ""


def _parsed(text: str) -> Address | None:
    """An address written as proxies write it, perhaps with a port; IPv4 inside IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def _prefix(address: Address, lengths: dict[int, int]) -> str:
    return str(ipaddress.ip_network(f"{address}/{lengths[address.version]}", strict=False))
