"""The applicant's steps: start, fill in, submit, answer, send again, withdraw, apply again."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy, reasons, selectors
from merchants.checks.identity import compact
from merchants.errors import AlreadyOpen, DecidedAlready, DraftThere, NotComplete, NotEditable
from merchants.gaps import gaps
from merchants.models import Application, InfoRequest
from merchants.numbers import next_number
from merchants.services.checking import run_checks
from merchants.services.documents import copy_documents
from merchants.services.queueing import enter_queue, leave_queue
from merchants.services.shops import PERSONAL_FIELDS
from shopops import uploads
from shopops.accounts.models import User
from shopops.audit import services as audit
from shopops.transitions.handler import TransitionRefused, perform

_ONE_OPEN = ("merchants_one_open_app_per_uscc", "merchants_one_open_app_per_id")
#: Codes that are stored in capitals without spaces, so that they compare.
_COMPACT = ("uscc", "id_number", "bank_account")
STARTED_AGAIN = "merchants.application.started_again"


def start_application(*, applicant: User, channel: str = "", segment: str = "") -> Application:
    """Return the person's draft, a new one when there is none; a double click makes one.

    `channel` and `segment` say how a new one came to us; those of a draft that is there stay.
    """
    draft = Application.objects.filter(applicant=applicant, state=Application.State.DRAFT).first()
    if draft:
        return draft
    try:
        with transaction.atomic():
            return Application.objects.create(
                applicant=applicant, number=next_number(Application, "A"), channel=channel, segment=segment
            )
    except IntegrityError:
        return Application.objects.get(applicant=applicant, state=Application.State.DRAFT)


def apply_again(*, application: Application, actor: User) -> Application:
    """Start a new draft from a rejected or withdrawn application, with everything it had, its documents too.

    Raises DraftThere when the person has a draft already, NotEditable for an application that is still open or became
    a shop.
    """
    if application.state not in (Application.State.REJECTED, Application.State.WITHDRAWN):
        raise NotEditable
    try:
        with uploads.deleted_on_error() as stored, transaction.atomic():
            fresh = Application.objects.create(
                applicant=application.applicant,
                number=next_number(Application, "A"),
                previous=application,
                channel=application.channel,
                segment=application.segment,
                saved_at=timezone.now(),
                **{name: getattr(application, name) for name in reasons.FIELDS},
            )
            copy_documents(source=application, target=fresh, actor=actor, stored=stored)
            audit.record(action=STARTED_AGAIN, target=fresh, actor=actor, after={"previous": application.number})
            return fresh
    except IntegrityError as error:
        if _constraint(error) == "merchants_one_draft_per_person":
            raise DraftThere from error
        raise


@transaction.atomic
def save_details(*, application: Application, **values: Any) -> Application:
    """Store what the applicant wrote into a draft: only the fields that are named, so that nothing else is lost.

    While corrections are waited for, fields that are still empty can be filled in; those that were asked for are
    answered. Raises NotEditable otherwise.
    """
    locked = _locked(application)
    unknown = values.keys() - set(reasons.FIELDS)
    if unknown:
        raise ValueError(f"Not fields of the form: {', '.join(sorted(unknown))}.")
    if locked.state == Application.State.NEEDS_INFO:
        if any(getattr(locked, name) for name in values):
            raise NotEditable
    elif locked.state != Application.State.DRAFT:
        raise NotEditable
    for name, value in values.items():
        setattr(locked, name, stored(name, value))
    locked.saved_at = timezone.now()
    locked.save()
    return locked


def stored(name: str, value: Any) -> Any:
    """A value as it is kept: codes in capitals without spaces."""
    return compact(value) if name in _COMPACT and value else value


def problems(application: Application) -> list[str]:
    """What is still missing before it can be submitted, in words."""
    return [gap.text for gap in gaps(application)]


def submit(*, application: Application, actor: User, device_id: str = "") -> Application:
    """Hand in a draft, or send it again after corrections: checks run, the queue gets it, the applicant a message.

    `device_id` is the browser's (shopops.signin.device). Raises NotComplete, AlreadyOpen (same licence in another open
    application), DecidedAlready (e.g. a double click).
    """
    try:
        with transaction.atomic():
            return _submit(_locked(application), actor, device_id)
    except IntegrityError as error:
        if _constraint(error) in _ONE_OPEN:
            raise AlreadyOpen from error
        raise


def _submit(application: Application, actor: User, device_id: str) -> Application:
    again = application.state == Application.State.NEEDS_INFO
    if not again and application.state != Application.State.DRAFT:
        raise DecidedAlready(_("%(number)s was submitted already.") % {"number": application.number})
    missing = problems(application)
    if again:
        missing += [
            _("Not answered yet: %(item)s.") % {"item": request_title(each)} for each in open_requests(application)
        ]
    if missing:
        raise NotComplete(missing)
    if device_id and device_id != application.device_id:
        application.device_id = device_id
        application.save(update_fields=["device_id"])
    version, body = policy.active()
    application = perform(
        application,
        "resubmit" if again else "submit",
        actor=actor,
        policy_version_id=version.pk,
        version=version,
        at=timezone.now(),
        needs_second_person=application.category in body.high_risk_categories,
    )
    run_checks(application=application)
    enter_queue(application)
    return application


def open_requests(application: Application) -> list[InfoRequest]:
    """What the latest decision asks for and the applicant has not answered."""
    return list(application.info_requests.filter(answered_at__isnull=True).select_related("decision__policy_version"))


def request_title(request: InfoRequest) -> str:
    """What is asked for, in words."""
    body = policy.of(request.decision.policy_version)
    kind, _dot, name = request.item.partition(".")
    if kind == "document":
        return reasons.text(body, f"{request.reason}:{name}")
    return reasons.text(body, request.reason)


def answer(*, request: InfoRequest, value: Any = "", text: str = "") -> InfoRequest:
    """Answer one item: `value` goes into the field that was asked for, `text` explains.

    Documents are answered by `documents.add_document` first. Personal data are kept in their encrypted field alone.
    Raises NotEditable when the application does not wait for the applicant, AlreadyOpen when the corrected code or ID
    number is in another open application.
    """
    try:
        with transaction.atomic():
            return _answer(request, value, text)
    except IntegrityError as error:
        if _constraint(error) in _ONE_OPEN:
            raise AlreadyOpen from error
        raise


def _answer(request: InfoRequest, value: Any, text: str) -> InfoRequest:
    application = _locked(request.application)
    if application.state != Application.State.NEEDS_INFO or request.decision != selectors.latest_decision(application):
        raise NotEditable  # what an earlier decision asked for is answered: later ones rest on it
    kind, _dot, name = request.item.partition(".")
    if kind == "field":
        if name not in reasons.FIELDS:
            raise ValueError(f"{name} is not a field of the form.")
        setattr(application, name, stored(name, value))
        application.saved_at = timezone.now()
        application.save()
    kept = str(value) if kind == "field" and value and name not in PERSONAL_FIELDS else ""
    request.answer = "\n".join(each for each in (kept, text) if each)
    request.answered_at = timezone.now()
    request.save(update_fields=["answer", "answered_at"])
    return request


def withdraw(*, application: Application, actor: User) -> Application:
    """Take an application back; raises DecidedAlready when it is decided or withdrawn."""
    try:
        with transaction.atomic():
            application = perform(application, "withdraw", actor=actor)
            leave_queue(application)
            return application
    except TransitionRefused as error:
        application.refresh_from_db()
        raise DecidedAlready(
            _("%(number)s cannot be withdrawn any more: %(state)s.")
            % {"number": application.number, "state": application.get_state_display()}
        ) from error


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def _constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
