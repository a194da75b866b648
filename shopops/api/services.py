"""What is done to API keys. Each verb is one transaction: key, secret, audit entry, message."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shopops.accounts.models import User
from shopops.api import selectors, tokens
from shopops.api.models import ApiKey, ApiSecret, StoredAnswer
from shopops.transitions.handler import announce, perform

#: How long the secret before the present one may go on working after a rotation.
GRACES = (dt.timedelta(), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7))
#: `last_used_at` is written at most so often.
USE_NOTED_EVERY = dt.timedelta(minutes=1)
#: Answers are kept at least so long.
ANSWERS_KEPT = dt.timedelta(hours=24)
MAX_KEYS = 50
_BATCH = 5000


@transaction.atomic
def create_key(
    *,
    name: str,
    scopes: Sequence[str],
    actor: User,
    merchant_id: int | None = None,
    expires_at: dt.datetime | None = None,
    token: str | None = None,
) -> tuple[ApiKey, str]:
    """Make a key of a shop, or of the platform; returns it with its secret, which nobody can read again.

    Raises ValidationError naming the field: a scope that `actor` does not have, an end that has passed, too many keys.
    `token` is for demos and tests that need a known secret.
    """
    allowed = {scope.code for scope in selectors.grantable(actor, merchant_id)}
    if not scopes or not set(scopes) <= allowed:
        missing = ", ".join(sorted(set(scopes) - allowed)) or "–"
        raise ValidationError({"scopes": _("Not yours to give: %(scopes)s.") % {"scopes": missing}})
    if selectors.is_over(expires_at):
        raise ValidationError({"expires_at": _("This moment has passed. Choose a later one, or none.")})
    if ApiKey.objects.filter(merchant_id=merchant_id, state=ApiKey.State.ACTIVE).count() >= MAX_KEYS:
        raise ValidationError(
            _("There are %(count)s keys already. Revoke one that is no longer used.") % {"count": MAX_KEYS}
        )
    key = ApiKey.objects.create(
        name=name, merchant_id=merchant_id, scopes=sorted(set(scopes)), created_by=actor, expires_at=expires_at
    )
    secret = token or tokens.new_token()
    _keep(key, secret)
    announce(key, ApiKey.EFFECTS["create"], actor=actor)
    return key, secret


@transaction.atomic
def rotate_key(*, key: ApiKey, actor: User, grace: dt.timedelta) -> tuple[ApiKey, str]:
    """Give a key a new secret and return it; the present one goes on working for `grace`, older ones no longer.

    They end when they were told to, if that is earlier: whoever presses twice shuts no system out. With no grace all
    of them end now.

    Raises ValidationError for an expired key, TransitionRefused for a revoked one.
    """
    if key.is_expired:
        raise ValidationError(_("This key has expired. Create a new one."))
    now = timezone.now()
    # Two who rotate at once: the second waits here and replaces what the first made.
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    later = Q(valid_until__isnull=True) | Q(valid_until__gt=now + grace)
    locked.secrets.filter(later).update(valid_until=now + grace)
    secret = tokens.new_token()
    _keep(locked, secret)
    return perform(locked, "rotate", actor=actor), secret


def revoke_key(*, key: ApiKey, actor: User, reason: str = "") -> ApiKey:
    """End a key at once. Raises TransitionRefused when that was done already."""
    return perform(key, "revoke", actor=actor, reason=reason, at=timezone.now())


def note_use(*, key: ApiKey, network: str) -> None:
    """Record when and from which network a key was last used, at most once a minute."""
    now = timezone.now()
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now, last_used_network=network)


def forget_answers(as_of: dt.datetime) -> int:
    """Delete stored answers older than a day, in small bites; returns how many."""
    gone = 0
    old = StoredAnswer.objects.filter(created_at__lt=as_of - ANSWERS_KEPT).order_by("created_at")
    while pks := list(old.values_list("pk", flat=True)[:_BATCH]):
        gone += StoredAnswer.objects.filter(pk__in=pks).delete()[0]
    return gone


def _keep(key: ApiKey, token: str) -> None:
    ApiSecret.objects.create(key=key, digest=tokens.digest(token), prefix=tokens.shown(token))
