"""The demo's API key: of the platform, with every scope that it can have."""

from shopops import embedded
from shopops.accounts.models import User
from shopops.api import selectors, services, tokens
from shopops.api.models import ApiKey

NAME = "Demo"


def demo_token() -> str:
    """The secret of the demo's key; made on this machine, the same at every start."""
    return tokens.token_of(bytes.fromhex(tokens.digest(embedded.local_secret("demo-api-key"))))


def seed(actor: User) -> None:
    """Make the key unless it is there."""
    if ApiKey.objects.filter(name=NAME, merchant_id__isnull=True).exists():
        return
    scopes = [scope.code for scope in selectors.grantable(actor, None)]
    services.create_key(name=NAME, scopes=scopes, actor=actor, token=demo_token())
