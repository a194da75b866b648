"""The one way a state changes: lock, guard, change, audit, tell, publish, all in one transaction.

A stateful model has a protected FSMField `state`, guarded methods (django-fsm-2's @transition), and `EFFECTS`, which
says for every one of them what the world hears of it. `tests/kernel/test_transitions.py` holds every model to that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar, cast

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed
from django_fsm.signals import pre_transition

from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.audit.models import Entry
from shopops.notifications import services as notifications
from shopops.webhooks import outbox


@dataclass(frozen=True)
class Notice:
    """Whom a transition tells, of which message kind. `context` and `url` are computed from the changed object."""

    kind: str
    recipients: Callable[[Any], Iterable[User]]
    context: Callable[[Any], dict[str, Any]] = lambda obj: {}
    url: Callable[[Any], str] = lambda obj: ""


@dataclass(frozen=True)
class Effect:
    """What follows a transition: the event's name ("merchants.application.approved") and a notice, or why none.

    `not_by` is the separation of duties: it names those who may not do this, such as the one who proposed it; a mapping
    gives them words of their own.
    `internal` keeps the event from the merchants' own webhook endpoints: what is not decided, or not theirs to know.
    The birth of an object is an effect, too: put it into `EFFECTS` under a verb that is no transition.
    """

    event: str
    label: object
    notice: Notice | None = None
    silent_because: str = ""
    not_by: "Callable[[Any], Iterable[int | None] | Mapping[int | None, object]]" = lambda obj: ()
    internal: bool = False


class Stateful(Protocol):
    """A model the handler can move."""

    EFFECTS: ClassVar[dict[str, Effect]]
    state: Any
    pk: Any


class TransitionRefused(Exception):
    """The object is not in a state that allows this; usually somebody else was faster. Nothing changed."""


class SecondPersonNeeded(TransitionRefused):
    """Who asks has a part in this already; somebody else has to decide. Nothing changed."""


M = TypeVar("M", bound=models.Model)
Subscriber = Callable[[Any, Entry], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


class OutsideTheHandler(RuntimeError):
    """A transition method was called directly: nobody would hear of it. Use `perform`."""


#: The object that `perform` moves at this moment.
_moving: ContextVar[Any] = ContextVar("moving", default=None)


@receiver(pre_transition)
def _only_through_perform(sender: type[models.Model], instance: Any, name: str, **_more: Any) -> None:
    if _moving.get() is not instance:
        raise OutsideTheHandler(
            f"{sender.__name__}.{name} was called directly; shopops.transitions.handler.perform does it."
        )


def subscribe(event: str, subscriber: Subscriber) -> None:
    """Call `subscriber(object, audit entry)` inside the transaction of every such event. For `AppConfig.ready`."""
    if subscriber not in _subscribers[event]:
        _subscribers[event].append(subscriber)


@transaction.atomic
def perform(
    obj: M,
    name: str,
    *,
    actor: User | None,
    reason: str = "",
    policy_version_id: int | None = None,
    **arguments: Any,
) -> M:
    """Do the transition `name` on `obj` and return the object as it stands in the database now.

    The row is locked and read again first, so of two people who press a button one succeeds and the other gets
    TransitionRefused; somebody whom `not_by` names gets SecondPersonNeeded, which is one too. `actor` None means the
    platform. `arguments` go to the transition method.
    """
    model = type(obj)
    effect: Effect = model.EFFECTS[name]  # type: ignore[attr-defined]
    locked: Any = model._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    before = locked.state
    if because := barred(locked, name, actor):
        raise SecondPersonNeeded(because)
    moving = _moving.set(locked)
    try:
        getattr(locked, name)(**arguments)
    except TransitionNotAllowed as error:
        raise TransitionRefused(
            _("%(object)s: not possible while “%(state)s”.") % {"object": locked, "state": locked.get_state_display()}
        ) from error
    finally:
        _moving.reset(moving)
    locked.save()
    announce(locked, effect, actor=actor, before=before, reason=reason, policy_version_id=policy_version_id)
    return cast(M, locked)


def barred(obj: Any, name: str, actor: User | None) -> str:
    """Why separation of duties keeps a person from the transition, in the active language; empty for who may.

    `perform` asks by itself; pages ask to show it before somebody tries. The platform itself is never barred.
    """
    people = obj.EFFECTS[name].not_by(obj) if actor is not None else ()
    people = people if isinstance(people, Mapping) else set(people)
    if actor is None or actor.pk not in people:
        return ""
    if isinstance(people, Mapping):
        return str(people[actor.pk])
    return _("%(object)s: you had a part in this; a second person has to decide.") % {"object": obj}


def announce(
    obj: Any,
    effect: Effect,
    *,
    actor: User | None,
    before: str = "",
    reason: str = "",
    policy_version_id: int | None = None,
) -> Entry:
    """Write the audit entry and the webhook event, send the notice, call the subscribers: in one transaction.

    Also for the birth of an object (before = "").
    """
    entry = audit.record(
        action=effect.event,
        target=obj,
        actor=actor,
        reason=reason,
        before={"state": before} if before else {},
        after={"state": obj.state} if hasattr(obj, "state") else {},
        policy_version_id=policy_version_id,
    )
    outbox.publish(type=effect.event, target=obj, before=before, url=_page(obj, effect), is_internal=effect.internal)
    if effect.notice:
        notifications.notify(
            kind=effect.notice.kind,
            key=f"{effect.event}:{entry.pk}",
            recipients=effect.notice.recipients(obj),
            context={**effect.notice.context(obj), "reason": reason},
            url=effect.notice.url(obj),
            merchant_id=getattr(obj, "merchant_id", None),
            target=obj,
        )
    for subscriber in _subscribers[effect.event]:
        subscriber(obj, entry)
    return entry


def _page(obj: Any, effect: Effect) -> str:
    """Where people find the object: its own page, else the page of the notice."""
    path = (
        obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else effect.notice.url(obj) if effect.notice else ""
    )
    return f"{settings.SITE_URL}{path}" if path else ""
