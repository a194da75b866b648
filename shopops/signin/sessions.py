"""A person's open sessions: listed in words, ended one by one, all others, or all of them by a supervisor."""

import datetime as dt
import time
from dataclasses import dataclass
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from shopops import network
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.signin import device

_SEEN = "signin_seen_at"
#: How exactly "last seen" is kept: a write per request would cost more than it tells.
SEEN_EVERY = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """One open session as people see it. `device` is empty when the browser does not tell."""

    pk: int
    device: str
    network: str
    began_at: dt.datetime
    last_seen_at: dt.datetime
    is_this: bool


def open_sessions(user: User, this_key: str | None = None) -> list[Session]:
    """The sessions in which somebody is signed in as `user`, the last seen first; dead ones are cleared away."""
    found = [
        Session(
            pk=each.pk,
            device=device.describe(each.user_agent),
            network=network.masked(each.ip),
            began_at=each.created_at,
            last_seen_at=each.last_seen_at,
            is_this=each.session_key == this_key,
        )
        for each in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda each: (each.is_this, each.last_seen_at), reverse=True)


def note_seen(request: HttpRequest) -> None:
    """Keep when and from where a session was last used, at most every five minutes."""
    now = time.time()
    if now - request.session.get(_SEEN, 0) < SEEN_EVERY.total_seconds():
        return
    if request.session.session_key is None:
        return
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "ip": network.address_of(request) or "0.0.0.0",  # noqa: S104  # no address: a test or a socket
            "user_agent": request.headers.get("User-Agent", "")[:_AGENT_LENGTH],
            "last_seen_at": timezone.now(),
        },
    )
    request.session[_SEEN] = now


def end(user: User, pk: int) -> bool:
    """End one session of `user`; False when there is no such session any more."""
    session = UserSession.objects.filter(user_id=user.pk, pk=pk).first()
    if session is None:
        return False
    session.end()
    return True


def end_others(user: User, this_key: str | None) -> int:
    """End every session of `user` but this one; returns how many."""
    return _end(UserSession.objects.filter(user_id=user.pk).exclude(session_key=this_key or ""))


def end_all(user: User) -> int:
    """End every session of `user`; returns how many."""
    return _end(UserSession.objects.filter(user_id=user.pk))


@transaction.atomic
def end_all_by(*, user: User, actor: User, reason: str) -> int:
    """A supervisor ends all sessions of somebody, on record with the reason; returns how many."""
    ended = end_all(user)
    audit.record(action="signin.sessions.ended", target=user, actor=actor, reason=reason, after={"ended": ended})
    return ended


def _end(sessions: "models.QuerySet[UserSession]") -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


_AGENT_LENGTH = UserSession._meta.get_field("user_agent").max_length or 200
