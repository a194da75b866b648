"""What people choose about how they are told."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from shopops.accounts.models import User
from shopops.notifications.kinds import MessageKind, message_kinds
from shopops.notifications.models import Preferences


def preferences_of(user: User) -> Preferences:
    """Return what a person chose, or what holds for who chose nothing (not saved)."""
    found = Preferences.objects.filter(user=user).first()
    return found or Preferences(user=user, time_zone=user.time_zone or settings.TIME_ZONE)


@transaction.atomic
def choose(
    *,
    user: User,
    off: Iterable[str],
    quiet: tuple[dt.time, dt.time] | None,
    digest_hour: int | None,
    time_zone: str,
    language: str,
    chat_url: str,
) -> Preferences:
    """Keep a person's choices; language and time zone are those of their account. Raises ValidationError."""
    chosen = Preferences(
        user=user,
        off=sorted(set(off)),
        quiet_from=quiet[0] if quiet else None,
        quiet_to=quiet[1] if quiet else None,
        digest_hour=digest_hour,
        time_zone=time_zone,
        chat_url=chat_url,
    )
    chosen.full_clean(validate_unique=False)
    chosen.save()
    user.time_zone, user.language = time_zone, language
    user.save(update_fields=["time_zone", "language"])
    return chosen


def turn_off(*, user: User, kind: MessageKind) -> bool:
    """Turn the e-mails of a kind's category off for a person; False when the kind is owed and stays on."""
    if kind.owed:
        return False
    with transaction.atomic():
        chosen, _created = Preferences.objects.select_for_update().get_or_create(
            user=user, defaults={"time_zone": user.time_zone or settings.TIME_ZONE}
        )
        chosen.off = sorted({*chosen.off, f"{kind.group}:email"})
        chosen.save(update_fields=["off"])
    return True


def owed_kinds(category: str) -> list[MessageKind]:
    """The kinds of a category that keep coming by e-mail whatever a person turns off."""
    return [kind for kind in message_kinds if kind.group == category and kind.leaves and kind.owed]
