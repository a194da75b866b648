"""The applicant's steps: start, fill in, submit, answer, send again, withdraw."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy, reasons
from merchants.checks.identity import compact
from merchants.errors import AlreadyOpen, DecidedAlready, NotComplete, NotEditable
from merchants.models import Application, InfoRequest
from merchants.numbers import next_number
from merchants.services.checking import run_checks
from merchants.services.queueing import enter_queue, leave_queue
from merchants.services.shops import PERSONAL_FIELDS
from shopops.accounts.models import User
from shopops.transitions.handler import TransitionRefused, perform

_ONE_OPEN = ("merchants_one_open_app_per_uscc", "merchants_one_open_app_per_id")


def start_application(*, applicant: User) -> Application:
    """Return the person's draft, a new one when there is none; a double click makes one."""
    draft = Application.objects.filter(applicant=applicant, state=Application.State.DRAFT).first()
    if draft:
        return draft
    try:
        with transaction.atomic():
            return Application.objects.create(applicant=applicant, number=next_number(Application, "A"))
    except IntegrityError:
        return Application.objects.get(applicant=applicant, state=Application.State.DRAFT)


@transaction.atomic
def save_details(*, application: Application, **values: Any) -> Application:
    """Store what the applicant wrote into a draft; raises NotEditable once it was submitted."""
    locked = _locked(application)
    if locked.state != Application.State.DRAFT:
        raise NotEditable
    for name, value in values.items():
        if name not in reasons.FIELDS:
            raise ValueError(f"{name} is not a field of the form.")
        setattr(locked, name, compact(value) if name == "uscc" else value)
    locked.save()
    return locked


def problems(application: Application) -> list[str]:
    """What is still missing before it can be submitted, in words."""
    body = policy.active()[1]
    found = [
        _("%(field)s is empty.") % {"field": Application._meta.get_field(name).verbose_name}  # type: ignore[union-attr]
        for name in required_fields(application)
        if not getattr(application, name)
    ]
    have = set(application.documents.current().values_list("type", flat=True))
    if application.shop_type and application.category:
        found += [
            _("%(document)s is not uploaded.") % {"document": requirement.name}
            for requirement in body.requirements(application.shop_type, application.category)
            if have.isdisjoint(requirement.types)
        ]
    return found


def required_fields(application: Application) -> list[str]:
    """The fields that this type of shop has to fill in; individuals have no registration, only brands have a brand."""
    required = ["shop_name", "shop_type", "category", "legal_person", "id_number", "contact_name", "contact_phone"]
    if application.shop_type != "individual":
        required += ["legal_name", "uscc", "scope"]
    if application.shop_type in ("flagship", "exclusive"):
        required.append("brand")
    return required


def submit(*, application: Application, actor: User) -> Application:
    """Hand in a draft, or send it again after corrections: checks run, the queue gets it, the applicant a message.

    Raises NotComplete, AlreadyOpen (same licence in another open application), DecidedAlready (e.g. a double click).
    """
    try:
        with transaction.atomic():
            return _submit(_locked(application), actor)
    except IntegrityError as error:
        if _constraint(error) in _ONE_OPEN:
            raise AlreadyOpen from error
        raise


def _submit(application: Application, actor: User) -> Application:
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


def answer(*, request: InfoRequest, value: str = "", text: str = "") -> InfoRequest:
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


def _answer(request: InfoRequest, value: str, text: str) -> InfoRequest:
    application = _locked(request.application)
    if application.state != Application.State.NEEDS_INFO:
        raise NotEditable
    kind, _dot, name = request.item.partition(".")
    if kind == "field":
        if name not in reasons.FIELDS:
            raise ValueError(f"{name} is not a field of the form.")
        setattr(application, name, compact(value) if name == "uscc" else value)
        application.save()
    kept = value if kind == "field" and name not in PERSONAL_FIELDS else ""
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
