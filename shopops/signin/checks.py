"""Start-up checks: a table of networks that cannot be used is said at the start, not at the first sign-in."""

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from shopops.signin.places import provider


def register() -> None:
    """Join Django's checks."""
    checks.register(places_can_be_read)


def places_can_be_read(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report the entry of NETWORK_PLACES, or the provider, that cannot be used."""
    try:
        provider()
    except (ImproperlyConfigured, ImportError) as error:
        return [checks.Error(str(error), id="signin.E001")]
    return []
