"""The secrets of second factors under the first of FIELD_KEYS: allauth keeps them inside a JSON document."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from shopops.audit.rotation import Count, Store
from shopops.fields import rotated, uses_first_key

_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
#: Where the adapter's `encrypt` is used: the app's secret, the seed of recovery codes.
_NAMES = ("secret", "seed")


def rotate(check_only: bool) -> Count:
    """Encrypt every secret with the first key; returns what was found. Raises InvalidToken when no key reads one."""
    count = Count("mfa.Authenticator.data")
    for pk in list(Authenticator.objects.filter(type__in=_KINDS).order_by("pk").values_list("pk", flat=True)):
        _one(pk, count, check_only)
    return count


@transaction.atomic
def _one(pk: int, count: Count, check_only: bool) -> None:
    # Locked: a code that is used at this moment changes the same document.
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return
    tokens: dict[str, Any] = {name: row.data[name] for name in _NAMES if name in row.data}
    stale = {name: token for name, token in tokens.items() if not uses_first_key(token)}
    count.values += len(tokens)
    count.old += len(stale)
    if stale and not check_only:
        row.data |= {name: rotated(token) for name, token in stale.items()}
        row.save(update_fields=["data"])
        count.written += len(stale)


SECRETS = Store("second_factors", rotate)
