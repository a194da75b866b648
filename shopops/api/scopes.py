"""What a caller of the API may be allowed to do. Apps register their scopes in `AppConfig.ready`."""

from dataclasses import dataclass

from django.utils.functional import Promise

from shopops.accounts.models import User
from shopops.registry import Registry


@dataclass(frozen=True)
class Scope:
    """A right of the API, written "orders:read".

    `operator` is the Django permission with which an operator has it over all shops ("": no operator has it). `portal`
    is the portal right with which a member has it in a shop: "" every member has, None no member has, and then no
    shop's key can have it either. `platform` says whether a key of the platform can have it. `personal`: every
    signed-in person has something of their own there. `outside`: people without the console may have it, too, by the
    same permission; the view shows each of them their own.
    """

    code: str
    label: str | Promise
    operator: str = ""
    portal: str | None = None
    platform: bool = True
    personal: bool = False
    outside: bool = False

    def held_by_operator(self, user: User) -> bool:
        """Whether an operator has it over all shops."""
        return bool(self.operator and (user.is_staff or self.outside) and user.has_perm(self.operator))


scopes: Registry[Scope] = Registry("API scope")


def register(*items: Scope) -> None:
    """Add scopes; raises ImproperlyConfigured when a code is taken."""
    for item in items:
        scopes.register(item)
