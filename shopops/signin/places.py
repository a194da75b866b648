"""Which place a network belongs to. Nothing is shipped as truth: an operator gives a table, or names a provider.

`NETWORK_PLACES` is the path of a TOML file; the longest prefix that holds an address wins:

    [[network]]
    prefix = "203.0.113.0/24"
    zone = "Asia/Shanghai"      # IANA name
    place = "Hangzhou"          # optional, shown to people

`NETWORK_PLACES_PROVIDER` may name another class with a `place_of(address) -> Place | None`.
"""

import functools
import ipaddress
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Place:
    """Where a network is. `zone` is an IANA time zone; `name` is for people and may be empty."""

    zone: str
    name: str = ""


class Provider(Protocol):
    """Tells the place of an address, or None when it does not know."""

    def place_of(self, address: str) -> Place | None: ...


class FileProvider:
    """The table of NETWORK_PLACES. Raises ImproperlyConfigured naming the entry that cannot be used."""

    def __init__(self, path: str | None = None) -> None:
        path = settings.NETWORK_PLACES if path is None else path
        self._table: dict[tuple[int, int], dict[int, Place]] = {}
        if path:
            self._read(Path(path))

    def place_of(self, address: str) -> Place | None:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return None
        width = ip.max_prefixlen
        lengths = sorted((length for version, length in self._table if version == ip.version), reverse=True)
        for length in lengths:
            place = self._table[ip.version, length].get(int(ip) >> (width - length))
            if place:
                return place
        return None

    def _read(self, path: Path) -> None:
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get("network", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ImproperlyConfigured(f"NETWORK_PLACES={path}: cannot be read: {error}") from error
        zones = available_timezones()
        for position, entry in enumerate(entries, start=1):
            self._add(entry, zones, f"NETWORK_PLACES={path}: network {position}")

    def _add(self, entry: dict[str, Any], zones: set[str], where: str) -> None:
        try:
            network = ipaddress.ip_network(str(entry.get("prefix", "")))
        except ValueError as error:
            raise ImproperlyConfigured(f"{where}: prefix: {error}") from error
        zone = str(entry.get("zone", ""))
        if zone not in zones:
            raise ImproperlyConfigured(f"{where}: zone {zone!r} is no IANA time zone, write one like Asia/Shanghai")
        shift = network.max_prefixlen - network.prefixlen
        by_number = self._table.setdefault((network.version, network.prefixlen), {})
        by_number[int(network.network_address) >> shift] = Place(zone, str(entry.get("place", "")))


@functools.cache
def provider() -> Provider:
    """The provider of the settings, made once per process."""
    return cast(Provider, import_string(settings.NETWORK_PLACES_PROVIDER)())
