"""The shop's steps: ask, add proof, hand in, correct, withdraw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy as onboarding
from merchants.changes import policy, selectors
from merchants.changes.cleaning import cleaned
from merchants.changes.errors import DecidedAlready, NotComplete, NotEditable, OneOpen
from merchants.changes.fields import DOCUMENT_PREFIX, RISKY
from merchants.changes.models import ChangedValue, ChangeRequest
from merchants.changes.queueing import enter_queue, leave_queue
from merchants.changes.services import verifying
from merchants.changes.services.proofs import add_proof
from merchants.models import Document, Merchant
from merchants.numbers import next_number
from merchants.policy import within
from merchants.portal import may
from shopops import uploads
from shopops.accounts.models import User
from shopops.signin.holds import refuse_while_held
from shopops.transitions.handler import TransitionRefused, perform

RIGHT = "shop.manage"


@dataclass(frozen=True)
class Paper:
    """A file that proves something, with what was typed from it (number, holder, issued_on, expires_on, …)."""

    type: str
    file: UploadedFile
    facts: Mapping[str, Any]


def request_change(
    *,
    merchant: Merchant,
    values: Mapping[str, str],
    documents: Iterable[Paper] = (),
    actor: User,
    reason: str,
) -> ChangeRequest:
    """Ask for a change of key fields in one go: draft, proofs, hand in.

    Raises PermissionDenied, ValidationError (a value, a file, or a hold), NotComplete, OneOpen.
    """
    with uploads.deleted_on_error() as stored, transaction.atomic():
        request = draft(merchant=merchant, values=values, actor=actor, reason=reason)
        for paper in documents:
            proof = add_proof(request=request, type=paper.type, file=paper.file, actor=actor, **paper.facts)
            stored.append(proof.file)
        return submit(request=request, actor=actor)


def renew_document(
    *, merchant: Merchant, paper: Paper, actor: User, replaces: Document | None = None, reason: str = ""
) -> ChangeRequest:
    """Hand in a newer document of the shop; the old one counts until this is approved.

    `replaces` names the one that it takes the place of where a type may come several times. Raises like
    `request_change`, and ValueError for a type that is no document of a shop.
    """
    with uploads.deleted_on_error() as stored, transaction.atomic():
        request = draft_renewal(merchant=merchant, type=paper.type, actor=actor, replaces=replaces, reason=reason)
        proof = add_proof(request=request, type=paper.type, file=paper.file, actor=actor, **paper.facts)
        stored.append(proof.file)
        return submit(request=request, actor=actor)


@transaction.atomic
def draft(*, merchant: Merchant, values: Mapping[str, str], actor: User, reason: str = "") -> ChangeRequest:
    """Keep a request that is not handed in yet. Raises PermissionDenied, and ValidationError for values."""
    _may(actor, merchant)
    fit = cleaned(values)
    _changeable(fit)
    request = _make(merchant, ChangeRequest.Kind.FACTS, actor, reason)
    _write_values(request, fit)
    return request


@transaction.atomic
def draft_renewal(
    *, merchant: Merchant, type: str, actor: User, replaces: Document | None = None, reason: str = ""
) -> ChangeRequest:
    """Keep a renewal that is not handed in yet; raises ValueError for a type that is no document of a shop."""
    _may(actor, merchant)
    if type not in onboarding.active()[1].documents:
        raise ValueError(f"{type} is no document of a shop.")
    if replaces is not None and (replaces.merchant_id != merchant.pk or replaces.type != type):
        raise ValueError("The document to replace belongs to this shop and is of the same type.")
    request = _make(merchant, ChangeRequest.Kind.DOCUMENT, actor, reason, replaces=replaces)
    _write_values(request, {f"{DOCUMENT_PREFIX}{type}": ""})
    return request


def _make(merchant: Merchant, kind: str, actor: User, reason: str, **more: Any) -> ChangeRequest:
    return ChangeRequest.objects.create(
        merchant=merchant,
        kind=kind,
        number=next_number(ChangeRequest, "K"),
        requested_by=actor,
        reason=reason.strip()[:2000],
        **more,
    )


def _changeable(values: Mapping[str, str]) -> None:
    body = policy.active()[1]
    unknown = [field for field in values if body.rule(field) is None]
    if unknown:
        raise NotEditable(
            _("The policy lets nobody change this: %(fields)s.")
            % {"fields": ", ".join(selectors.item_name(field) for field in unknown)}
        )


@transaction.atomic
def edit(*, request: ChangeRequest, values: Mapping[str, str], actor: User, reason: str) -> ChangeRequest:
    """Correct a request that the shop holds: the new values of its fields, and why. Raises NotEditable."""
    locked = editable(request)
    _may(actor, locked.merchant)
    own = {value.field for value in locked.values.all()}
    fit = cleaned({field: value for field, value in values.items() if not policy.is_document(field)})
    if locked.state != ChangeRequest.State.DRAFT and fit.keys() - own:
        raise NotEditable(_("A request that was handed in keeps its fields. Withdraw it to ask for another change."))
    _changeable(fit)
    if locked.kind == ChangeRequest.Kind.FACTS:
        _write_values(locked, fit)
    locked.reason = reason.strip()[:2000]
    locked.save(update_fields=["reason"])
    return locked


def _write_values(request: ChangeRequest, values: Mapping[str, str]) -> None:
    kept = {value.field: value for value in request.values.all()}
    for field, after in values.items():
        value = kept.pop(field, None) or ChangedValue(request=request, merchant_id=request.merchant_id, field=field)
        value.after = after
        value.before = selectors.current_value(request.merchant, field)
        value.save()
    if request.state == ChangeRequest.State.DRAFT:
        ChangedValue.objects.filter(pk__in=[value.pk for value in kept.values()]).delete()


def problems(request: ChangeRequest) -> list[str]:
    """What is still missing before it can be handed in, in words."""
    values = list(request.values.all())
    body = policy.active()[1]
    found = []
    if not values:
        found.append(_("Nothing is changed."))
    found += [
        _("%(field)s is the same as before.") % {"field": selectors.item_name(value.field)}
        for value in values
        if not policy.is_document(value.field)
        and (value.after or "") == selectors.current_value(request.merchant, value.field)
    ]
    if request.kind == ChangeRequest.Kind.FACTS and not request.reason:
        found.append(_("The reason is empty."))
    have = set(request.proofs.filter(replaced_at__isnull=True).values_list("type", flat=True))
    groups = body.proofs_for([value.field for value in values])
    groups += [(v.field.removeprefix(DOCUMENT_PREFIX),) for v in values if policy.is_document(v.field)]
    found += [
        _("%(document)s is not uploaded.") % {"document": group_name(group)}
        for group in groups
        if have.isdisjoint(group)
    ]
    return found


def group_name(group: tuple[str, ...]) -> str:
    """Documents of which one will do, in words."""
    first, *others = [selectors.type_name(code) for code in group]
    return str(_(" or ")).join([first, *(within(other) for other in others)])


def submit(*, request: ChangeRequest, actor: User) -> ChangeRequest:
    """Hand a request in, or send it again after corrections; the queue gets it, the shop a message.

    Raises NotComplete, OneOpen (another open request has one of the fields), DecidedAlready (e.g. a double click),
    PermissionDenied, and shopops.signin.holds.Held for a risky field after an unusual sign-in.
    """
    try:
        with transaction.atomic():
            return _submit(locked(request), actor)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == "changes_one_open_per_field":
            raise OneOpen from error
        raise


def _submit(request: ChangeRequest, actor: User) -> ChangeRequest:
    _may(actor, request.merchant)
    again = request.state == ChangeRequest.State.NEEDS_INFO
    if request.state not in ChangeRequest.EDITABLE:
        raise DecidedAlready(_("%(number)s was submitted already.") % {"number": request.number})
    merchant = Merchant.objects.select_for_update(of=("self",), no_key=True).get(pk=request.merchant_id)
    if merchant.state == Merchant.State.CLOSED:
        raise NotEditable(_("The shop is closed. Nothing of it is changed any more."))
    request.merchant = merchant
    values = list(request.values.all())
    fields = [value.field for value in values]
    if RISKY.intersection(fields):
        refuse_while_held(actor)
    if missing := problems(request):
        raise NotComplete(missing)
    for value in values:
        value.before, value.is_open = selectors.current_value(merchant, value.field), True
    ChangedValue.objects.bulk_update(values, ["before", "is_open"])
    version, body = policy.active()
    request = perform(
        request,
        "resubmit" if again else "submit",
        actor=actor,
        policy_version_id=version.pk,
        at=timezone.now(),
        version=version,
        days=body.days(fields),
        needs_second_person=body.second_person(fields),
    )
    enter_queue(request)
    verifying.corrected_by(request, actor)
    return request


@transaction.atomic
def discard(*, request: ChangeRequest, actor: User) -> None:
    """Throw a draft away, files included; raises NotEditable once it was handed in."""
    mine = locked(request)
    _may(actor, mine.merchant)
    if mine.state != ChangeRequest.State.DRAFT:
        raise NotEditable(_("This request was handed in. Withdraw it instead."))
    for proof in mine.proofs.all():
        proof.delete()
    mine.delete()


def withdraw(*, request: ChangeRequest, actor: User) -> ChangeRequest:
    """Take a request back; raises DecidedAlready when it is decided or withdrawn."""
    _may(actor, request.merchant)
    try:
        with transaction.atomic():
            request = perform(request, "withdraw", actor=actor)
            close(request)
            verifying.correction_fell(request)
            return request
    except TransitionRefused as error:
        request.refresh_from_db()
        raise DecidedAlready(
            _("%(number)s cannot be withdrawn any more: %(state)s.")
            % {"number": request.number, "state": request.get_state_display()}
        ) from error


def close(request: ChangeRequest, **left: Any) -> None:
    """Its fields are free for another request, and it waits for nobody."""
    request.values.update(is_open=False)
    leave_queue(request, **left)


def locked(request: ChangeRequest) -> ChangeRequest:
    """The request as it stands now, locked until the transaction ends."""
    return ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def editable(request: ChangeRequest) -> ChangeRequest:
    """`locked`, for a change by the shop; raises NotEditable while reviewers have it or once it is decided."""
    mine = locked(request)
    if mine.state not in ChangeRequest.EDITABLE:
        raise NotEditable(_("This request cannot be changed now. Its page says what happens next."))
    return mine


def _may(actor: User, merchant: Merchant) -> None:
    if not may(actor, merchant.pk, RIGHT):
        raise PermissionDenied
