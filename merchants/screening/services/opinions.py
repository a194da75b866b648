"""Asking outside reviewers, and what they answer. An opinion decides nothing."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy, reasons
from merchants.models import Application
from merchants.screening.models import OpinionRequest
from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.transitions.handler import TransitionRefused, announce, perform

GIVE = "screening.give_opinion"
State = OpinionRequest.State


class OpinionError(Exception):
    """Nothing was changed; the words can be shown to people."""


class AlreadyAsked(OpinionError):
    """This person has an open request for this application."""


class NotOpen(OpinionError):
    """The request was answered or withdrawn."""


def people_to_ask(application: Application) -> list[User]:
    """Outside reviewers who may be asked: those with the role, but for the applicant and who has an open request."""
    asked = OpinionRequest.objects.filter(application=application, state=State.OPEN).values("reviewer")
    people = User.objects.filter(is_active=True, roles__contains=[Role.EXTERNAL_REVIEWER])
    return list(people.exclude(pk=application.applicant_id).exclude(pk__in=asked).order_by("name", "pk"))


def ask(*, application: Application, reviewer: User, actor: User, days: int = 2, question: str = "") -> OpinionRequest:
    """Ask an outside reviewer about the present submission, due after so many working days.

    Raises OpinionError when the application waits for no decision, or the person cannot be asked; AlreadyAsked.
    """
    try:
        with transaction.atomic():
            locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
            if locked.state not in Application.WITH_REVIEW:
                raise OpinionError(
                    _("%(number)s waits for no decision: %(state)s.")
                    % {"number": locked.number, "state": locked.get_state_display()}
                )
            _check_reviewer(locked, reviewer, actor)
            request = OpinionRequest.objects.create(
                application=locked,
                submission=locked.submissions,
                reviewer=reviewer,
                asked_by=actor,
                days=days,
                question=question.strip()[:1000],
            )
            announce(request, OpinionRequest.EFFECTS["ask"], actor=actor, reason=request.question)
            return request
    except IntegrityError as error:
        raise AlreadyAsked(_("%(name)s was asked already and has not answered yet.") % {"name": reviewer}) from error


def _check_reviewer(application: Application, reviewer: User, actor: User) -> None:
    if reviewer.pk == application.applicant_id:
        raise OpinionError(_("%(name)s is the applicant. Ask somebody else.") % {"name": reviewer})
    if reviewer.pk == actor.pk:
        raise OpinionError(_("Nobody asks themselves for an opinion."))
    if not reviewer.is_active or not reviewer.has_perm(GIVE):
        raise OpinionError(_("%(name)s is no outside reviewer.") % {"name": reviewer})


@transaction.atomic
def give(*, request: OpinionRequest, actor: User, view: str, reason_codes: list[str], note: str = "") -> OpinionRequest:
    """Keep an outside reviewer's opinion, with the reasons of the policy in force.

    Raises NotOpen when it was answered or withdrawn, merchants.errors.ReasonNeeded for reasons that do not fit, and
    OpinionError for somebody who was not asked.
    """
    if request.reviewer_id != actor.pk:
        raise OpinionError(_("Somebody else was asked."))
    version, body = policy.active()
    approves = view == OpinionRequest.View.APPROVE
    if approves and reason_codes:
        raise OpinionError(_("Reasons are for corrections and rejections. Leave them out to approve."))
    codes = [] if approves else reasons.checked(body, view, reason_codes, note)
    try:
        return perform(
            request,
            "give",
            actor=actor,
            reason="\n".join(reasons.text(body, code) for code in codes),
            policy_version_id=version.pk,
            view=view,
            reasons=codes,
            note=note.strip()[:2000],
            at=timezone.now(),
            version=version,
        )
    except TransitionRefused as error:
        raise NotOpen(str(error)) from error


def withdraw(*, request: OpinionRequest, actor: User | None, because: str = "") -> OpinionRequest:
    """Take a request back; the outside reviewer is told. Raises NotOpen when it was answered or withdrawn."""
    try:
        return perform(request, "withdraw", actor=actor, reason=because, at=timezone.now())
    except TransitionRefused as error:
        raise NotOpen(str(error)) from error


def withdraw_all(application: Application) -> None:
    """Take back what is still open about an application that was decided, sent back or withdrawn."""
    for request in OpinionRequest.objects.filter(application=application, state=State.OPEN).order_by("pk"):
        try:
            withdraw(request=request, actor=None)
        except NotOpen:
            continue
