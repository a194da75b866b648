"""The buttons of a window: in which states they are there, what they ask, what they do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maintenance import services
from maintenance.console import forms
from maintenance.models import Window

State = Window.State


@dataclass(frozen=True)
class Action:
    """`code` is its address; `variant` how the button looks; `hint` what follows when it is pressed."""

    code: str
    verb: str | Promise
    hint: str | Promise
    done: str | Promise
    states: frozenset[str]
    do: Callable[..., Window]
    form: type[forms.ActionForm] = forms.ActionForm
    variant: str = "default"


def _action(code: str, states: list[State], **parts: Any) -> Action:
    return Action(code=code, states=frozenset(state.value for state in states), **parts)


ACTIONS = (
    _action(
        "schedule",
        [State.DRAFT],
        verb=_("Schedule"),
        hint=_("Fixes the plan. Clocks of the services that stop know of it; merchants are told when it is announced."),
        done=_("Scheduled. Announce it before its lead time runs out."),
        do=services.schedule,
        variant="primary",
    ),
    _action(
        "announce",
        [State.SCHEDULED],
        verb=_("Announce"),
        hint=_("Makes the window public. Every merchant is told now and reminded before the start."),
        done=_("Announced. The notices go out within a minute."),
        do=services.announce,
        form=forms.AnnounceForm,
        variant="primary",
    ),
    _action(
        "extend",
        [State.IN_PROGRESS, State.VERIFYING],
        verb=_("Extend"),
        hint=_("Promises a later end. Clocks stay paused until then and every merchant is told."),
        done=_("Extended. The notices go out within a minute."),
        do=services.extend,
        form=forms.ExtendForm,
    ),
    _action(
        "complete",
        [State.IN_PROGRESS, State.VERIFYING],
        verb=pgettext_lazy("verb", "Complete"),
        hint=_("Says that everything works again and was checked. Every merchant is told."),
        done=_("Completed. The notices go out within a minute."),
        do=services.complete,
        variant="primary",
    ),
    _action(
        "move",
        [State.SCHEDULED, State.ANNOUNCED],
        verb=_("Move"),
        hint=_("Changes the times. Pauses of the clocks move along; if it was announced, every merchant is told."),
        done=_("Moved."),
        do=services.move,
        form=forms.MoveForm,
    ),
    _action(
        "revise",
        [State.SCHEDULED],
        verb=_("Back to draft"),
        hint=_("Lifts the pauses and opens the plan for changes. Nobody outside knew of it yet."),
        done=_("Back in draft: change it, then schedule it again."),
        do=services.revise,
    ),
    _action(
        "cancel",
        [State.DRAFT, State.SCHEDULED, State.ANNOUNCED],
        verb=_("Cancel the window"),
        hint=_(
            "Calls it off for good. Pauses are lifted, no reminder goes out any more, and who was told is told of this."
        ),
        done=_("Cancelled."),
        do=services.cancel,
        form=forms.CancelForm,
        variant="danger",
    ),
)

BY_CODE = {action.code: action for action in ACTIONS}


def actions_of(window: Window) -> list[Action]:
    """The buttons that the window has in its state."""
    return [action for action in ACTIONS if window.state in action.states]
