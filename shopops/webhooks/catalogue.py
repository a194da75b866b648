"""Which events exist, and what they carry.

Every effect of a stateful model (its `EFFECTS`: transitions, and births under a verb of their own) is an event. What an
app wants to tell beyond the common fields it registers as a `Payload` in `AppConfig.ready`: identifiers, codes and
times, never personal data and never what somebody wrote in words of their own.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopops.registry import Registry

#: The event of the test button.
PING = "webhooks.ping"
EXAMPLE_SITE = "https://shopops.example.com"


@dataclass(frozen=True)
class Payload:
    """What events about one model carry beside the common fields. `code` is the model's label in lower case
    ("merchants.application"); `example` has the same keys as what `data` returns."""

    code: str
    data: Callable[[Any], dict[str, Any]]
    example: dict[str, Any]


payloads: Registry[Payload] = Registry("webhook payload")


@dataclass(frozen=True)
class EventType:
    """A kind of event. `for_merchants`: a merchant's own endpoint may get it."""

    code: str
    label: object
    for_merchants: bool
    example: dict[str, Any]


@functools.cache
def event_types() -> dict[str, EventType]:
    """All of them by code, models in the order of installation. The apps must be ready."""
    found = [
        EventType(
            code=effect.event,
            label=effect.label,
            for_merchants=has_merchant(model) and not effect.internal,
            example=_example(model, name),
        )
        for model in apps.get_models()
        for name, effect in getattr(model, "EFFECTS", {}).items()
    ]
    ping = EventType(PING, _("Test call"), True, {"endpoint": 3})
    return {each.code: each for each in [*found, ping]}


def choices(*, for_merchant: bool) -> list[tuple[str, object]]:
    """What an owner may choose from; the test call is not chosen, it is asked for."""
    return [
        (each.code, each.label)
        for each in event_types().values()
        if each.code != PING and (each.for_merchants or not for_merchant)
    ]


def describe(target: models.Model, *, before: str, url: str) -> dict[str, Any]:
    """The data of an event about `target`: the common fields, then what its app adds."""
    label = target._meta.label_lower
    extra = payloads.get(label).data(target) if label in payloads else {}
    return {
        "object": label,
        "id": target.pk,
        "number": getattr(target, "number", None),
        "state": getattr(target, "state", None),
        "previous_state": before or None,
        "merchant_id": getattr(target, "merchant_id", None),
        "url": url or None,
        **extra,
    }


def has_merchant(model: type[models.Model]) -> bool:
    return hasattr(model, "merchant_id")


def _example(model: type[models.Model], name: str) -> dict[str, Any]:
    label = model._meta.label_lower
    before, after = _states(model, name)
    return {
        "object": label,
        "id": 7,
        "number": "A-261120-0007" if hasattr(model, "number") else None,
        "state": after,
        "previous_state": before,
        "merchant_id": 3 if has_merchant(model) else None,
        "url": f"{EXAMPLE_SITE}/…",
        **(payloads.get(label).example if label in payloads else {}),
    }


def _states(model: type[models.Model], name: str) -> tuple[str | None, str | None]:
    """From where to where a transition leads; a birth leads from nothing to the first state. Some have no states."""
    fsm = getattr(getattr(model, name, None), "_django_fsm", None)
    if fsm is None:
        state = next((field for field in model._meta.fields if field.name == "state"), None)
        return None, str(state.get_default()) if state is not None else None
    first = next(iter(fsm.transitions.values()))
    source = None if first.source in ("*", "+") else str(first.source)
    return source, str(first.target) if isinstance(first.target, str) else source
