"""Who can be asked about a company. settings.REGISTER_PROVIDER names one; none is connected when it is empty."""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from merchants.registers.facts import CreditRecord, Kind, Registration


class Away(Exception):
    """No answer now; `str()` says why. `again_in`: seconds after which the provider wants to be asked again, if it
    said."""

    def __init__(self, why: str, again_in: int | None = None) -> None:
        super().__init__(why)
        self.again_in = again_in


@dataclass(frozen=True)
class Told:
    """An answer. `facts` None: the register knows no company with this code."""

    source: str
    facts: Registration | CreditRecord | None = None


class Provider(Protocol):
    """Implement this to connect another register."""

    def ask(self, uscc: str, kind: Kind) -> Told:
        """Return what the register says; raises Away when it says nothing now."""
        ...


def provider() -> Provider | None:
    """The provider that the settings name; None when no register is connected.

    Raises ImproperlyConfigured for an unknown name or a missing address.
    """
    from merchants.registers.http import HttpProvider
    from merchants.registers.recorded import RecordedProvider

    name = settings.REGISTER_PROVIDER
    if not name:
        return None
    if name == "recorded":
        return RecordedProvider(settings.REGISTER_RECORDINGS)
    if name == "http":
        if not settings.REGISTER_URL:
            raise ImproperlyConfigured("REGISTER_PROVIDER is http, so REGISTER_URL has to name the provider's address.")
        return HttpProvider(settings.REGISTER_URL, settings.REGISTER_SECRET)
    raise ImproperlyConfigured(f"REGISTER_PROVIDER is {name!r}; it is recorded, http or empty.")
