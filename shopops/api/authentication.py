"""Authorization: Bearer so_live_…"""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from shopops.api import selectors, services
from shopops.api.models import ApiKey, ApiSecret
from shopops.network import coarse_network

CHALLENGE = 'Bearer realm="ShopOps API"'


class KeyAuthentication(BaseAuthentication):
    """Programs by an API key. `request.auth` is the key; `request.user` stays anonymous, so that nothing that looks at
    users only takes the key for a person. Another scheme in the header is none of ours."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        """Return the key; None without one. Raises AuthenticationFailed saying what is wrong with it."""
        scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = selectors.secret_of(token.strip())
        if secret is None:
            raise AuthenticationFailed(
                _("This API key is unknown. Compare it with the one you were shown."), "key_unknown"
            )
        _check(secret)
        services.note_use(key=secret.key, network=coarse_network(request._request))
        secret.key.presented = secret.prefix
        return AnonymousUser(), secret.key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says in WWW-Authenticate."""
        return f'{CHALLENGE}, error="invalid_token"' if "Authorization" in request.headers else CHALLENGE


def _check(secret: ApiSecret) -> None:
    key = secret.key
    if key.state != ApiKey.State.ACTIVE:
        raise AuthenticationFailed(_("This API key was revoked. Create a new one."), "key_revoked")
    if key.is_expired:
        raise AuthenticationFailed(_("This API key has expired. Create a new one."), "key_expired")
    if secret.valid_until is not None and secret.valid_until <= timezone.now():
        raise AuthenticationFailed(
            _("This secret was replaced and its time is over. Use the key's present secret."), "key_rotated"
        )
