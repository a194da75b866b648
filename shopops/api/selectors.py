"""Reading API keys."""

import datetime as dt
import hmac

from django.db.models import QuerySet
from django.utils import timezone

from shopops.accounts.models import User
from shopops.api import directory, tokens
from shopops.api.models import ApiKey, ApiSecret
from shopops.api.scopes import Scope, scopes


def secret_of(token: str) -> ApiSecret | None:
    """Return the kept secret, its key and the key's maker joined: one look-up by a unique index.

    The index compares digests, from which nothing about the secret can be learnt; the last comparison takes the same
    time whatever it finds.
    """
    if not tokens.is_well_formed(token):
        return None
    digest = tokens.digest(token)
    found = ApiSecret.objects.select_related("key__created_by").filter(digest=digest).first()
    return found if found and hmac.compare_digest(found.digest, digest) else None


def keys_of(merchant_id: int | None) -> QuerySet[ApiKey]:
    """The keys of a shop, or of the platform (None), the newest first."""
    return ApiKey.objects.filter(merchant_id=merchant_id).select_related("created_by").prefetch_related("secrets")


def grantable(user: User, merchant_id: int | None) -> list[Scope]:
    """The scopes a person may give to a key of a shop, or of the platform (None): nobody gives more than they have."""
    if merchant_id is None:
        return [scope for scope in scopes if scope.platform and scope.held_by_operator(user)]
    return [
        scope for scope in scopes if scope.portal is not None and merchant_id in directory.shops(user, scope.portal)
    ]


def is_over(moment: dt.datetime | None) -> bool:
    """Whether a moment is given and has passed."""
    return moment is not None and moment <= timezone.now()
