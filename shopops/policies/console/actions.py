"""The buttons of a version: in which states they are there, whose they are, what they ask and do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shopops.accounts.models import User
from shopops.policies import services
from shopops.policies.console import forms
from shopops.policies.console.access import is_barred, may_approve, may_edit
from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion, State


@dataclass(frozen=True)
class Action:
    """`code` is its address, `hint` what follows. `for_approver`: the second person's, else the kind's editors'."""

    code: str
    verb: str | Promise
    hint: str | Promise
    done: str | Promise
    states: tuple[State, ...]
    do: Callable[..., PolicyVersion]
    form: type[forms.ActionForm] = forms.ActionForm
    variant: str = "default"
    for_approver: bool = False


def _roll_back(*, version: PolicyVersion, actor: User, **asked: Any) -> PolicyVersion:
    return services.roll_back(to=version, actor=actor, **asked)


ACTIONS = (
    Action(
        "submit",
        _("Submit for approval"),
        _("Fixes the text and asks a second person to approve it."),
        _("Submitted. A second person decides."),
        (State.DRAFT, State.SHADOW),
        services.submit,
        forms.ProposeForm,
        "primary",
    ),
    Action(
        "approve",
        _("Approve"),
        _("Publishes the version. Merchants whom it concerns are told at once."),
        _("Approved."),
        (State.SUBMITTED,),
        services.approve,
        forms.ApproveForm,
        "primary",
        for_approver=True,
    ),
    Action(
        "reject",
        _("Reject"),
        _("Makes it a draft again. Whoever wrote it is told why."),
        _("Rejected; the author was told."),
        (State.SUBMITTED,),
        services.reject,
        forms.ReasonForm,
        "danger",
        for_approver=True,
    ),
    Action(
        "shadow",
        _("Put in shadow"),
        _("Fixes the text. It is evaluated and recorded beside the version in force and has no effect."),
        _("In shadow."),
        (State.DRAFT,),
        services.start_shadow,
    ),
    Action(
        "withdraw",
        _("Back to draft"),
        _("Takes it back, to be changed."),
        _("A draft again."),
        (State.SHADOW, State.SUBMITTED),
        services.withdraw,
        forms.CommentForm,
    ),
    Action(
        "discard",
        _("Discard"),
        _("Calls it off for good; who was told of it is told of this. The row stays in the history."),
        _("Discarded."),
        (State.DRAFT, State.SCHEDULED),
        services.discard,
        forms.ReasonForm,
        "danger",
    ),
    Action(
        "roll-back",
        _("Roll back to this version"),
        _("Proposes its text again as a new version. A second person approves it, as any other."),
        _("Proposed. A second person decides."),
        (State.RETIRED,),
        _roll_back,
        forms.RollBackForm,
    ),
)
BY_CODE = {action.code: action for action in ACTIONS}


def is_open(action: Action, version: PolicyVersion, user: User) -> bool:
    """Whether a person may use a button of a version now. Into shadow goes only what can be tried there."""
    if version.state not in action.states or version.kind not in kinds:
        return False
    if action.do is services.start_shadow and kinds.get(version.kind).trial is None:
        return False
    if action.for_approver:
        return may_approve(user) and not is_barred(user, version)
    return may_edit(user, kinds.get(version.kind))


def actions_of(version: PolicyVersion, user: User) -> list[Action]:
    """The buttons that a person has on a version."""
    return [action for action in ACTIONS if is_open(action, version, user)]
