"""Loading the packs that ship with the apps."""

from django.db import transaction
from django.utils import timezone

from shopops.policies.bodies import content_hash, parse, validated
from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.models import PolicyVersion
from shopops.policies.services.drafting import add_version
from shopops.policies.services.locking import lock_policy
from shopops.transitions.handler import announce

State = PolicyVersion.State


@transaction.atomic
def load_pack(kind: PolicyKind, key: str = "") -> PolicyVersion | None:
    """Make the pack that ships with the app the first active version; return it, or None when a version has its body.

    A pack never replaces what operators published: a newer pack becomes a draft they can compare and approve. `key`
    names one of the kind's further policies. Raises StopIteration for a key without a pack.
    """
    pack = next(each for each in kind.packs if each.key == (key or kind.key))
    body = validated(kind, parse(pack.pack.read_text(encoding="utf-8")))
    lock_policy(kind.code, pack.key)
    versions = PolicyVersion.objects.filter(kind=kind.code, key=pack.key)
    if versions.filter(content_hash=content_hash(body)).exists():
        return None
    if versions.filter(state__in=[State.ACTIVE, State.RETIRED]).exists():
        return add_version(kind, pack.key, body)
    now = timezone.now()
    version = add_version(kind, pack.key, body, state=State.ACTIVE, effective_from=now, activated_at=now)
    announce(version, PolicyVersion.EFFECTS["activate"], actor=None)
    return version


def load_packs() -> list[PolicyVersion]:
    """Load every registered kind's pack; returns the versions that were made."""
    return [version for kind in kinds for pack in kind.packs if (version := load_pack(kind, pack.key))]
