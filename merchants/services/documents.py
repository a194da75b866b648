"""Documents: taking them in, replacing, removing, showing."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from merchants import policy, reading, selectors
from merchants.errors import NotEditable
from merchants.gaps import checklist_policy
from merchants.models import Application, Document, SampleVerdict
from shopops import uploads
from shopops.accounts.models import User
from shopops.audit import services as audit

FACTS = ("number", "holder", "grantor", "brand", "issued_on", "expires_on")
#: What is the same in a copy for another application; the reviewers' marks and the dates of upload are not.
_COPIED = ("type", "original_name", "content_type", "size", "sha256", *FACTS)


def add_document(
    *,
    application: Application,
    type: str,
    file: UploadedFile,
    actor: User,
    number: str = "",
    holder: str = "",
    grantor: str = "",
    brand: str = "",
    issued_on: dt.date | None = None,
    expires_on: dt.date | None = None,
) -> Document:
    """Store a file with what its owner typed from it.

    The same file again only brings the facts up to date. Unless the type may come several times, it replaces the
    former one: what was handed in is kept as replaced, what was not is deleted. Raises ValidationError for a file that
    is no JPG, PNG or PDF up to 10 MB, NotEditable when the applicant cannot change the application, KeyError for a type
    that the policy does not know.
    """
    body = policy.active()[1]
    kind = body.documents.get(type) or checklist_policy(application).documents[type]
    inspected = uploads.inspect(file)
    facts = {
        "number": number,
        "holder": holder,
        "grantor": grantor,
        "brand": brand,
        "issued_on": issued_on,
        "expires_on": expires_on,
    }
    with uploads.deleted_on_error() as stored, transaction.atomic():
        locked = _editable(application)
        current = locked.documents.current().filter(type=type)
        same = current.filter(sha256=inspected.sha256).first()
        if same:
            return _with_facts(same, facts)
        if not kind.several:
            for former in current:
                _retire(former, locked)
        document = Document(
            application=locked,
            type=type,
            uploaded_by=actor,
            **uploads.described(file, inspected),
            **facts,
        )
        stored.append(document.file)
        document.file.save(f"document{inspected.ending}", file, save=False)
        document.save()
        _touch(locked)
        reading.request(document)
        return document


def copy_documents(*, source: Application, target: Application, actor: User, stored: list[FieldFile]) -> list[Document]:
    """Give a new draft the current documents of a former application: rows and files of its own, so that neither goes
    with the other. A file that is missing in the storage is left out: the checklist asks for it again.

    Called inside the transaction that makes the draft; `stored` (uploads.deleted_on_error) learns of each file.
    """
    copies: list[Document] = []
    for each in source.documents.current():
        try:
            content = each.file.open("rb")
        except FileNotFoundError:
            continue
        with content:
            copy = Document(application=target, uploaded_by=actor, **{name: getattr(each, name) for name in _COPIED})
            stored.append(copy.file)
            copy.file.save(f"document{Path(each.file.name or '').suffix}", File(content), save=False)
            copy.save()
        reading.request(copy)
        copies.append(copy)
    return copies


@transaction.atomic
def change_facts(*, document: Document, **facts: Any) -> Document:
    """Correct what was typed from a document that stays."""
    if document.application is None:
        raise NotEditable
    _editable(document.application)
    return _with_facts(document, facts)


@transaction.atomic
def remove_document(*, document: Document) -> None:
    """Take a document out of an application that its applicant can still change; a reviewer's report stays."""
    if document.application is None or SampleVerdict.objects.filter(report=document).exists():
        raise NotEditable
    locked = _editable(document.application)
    _retire(document, locked)
    _touch(locked)


def record_opening(*, document: Document, actor: User) -> None:
    """Write down that somebody looked at a document."""
    audit.record(
        action="merchants.document.opened", target=document, actor=actor, after={"application": document.application_id}
    )


def _editable(application: Application) -> Application:
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if locked.state not in (Application.State.DRAFT, Application.State.NEEDS_INFO):
        raise NotEditable
    return locked


def _touch(application: Application) -> None:
    application.saved_at = timezone.now()
    application.save(update_fields=["saved_at"])


def _with_facts(document: Document, facts: dict[str, Any]) -> Document:
    for name, value in facts.items():
        if name not in FACTS:
            raise ValueError(f"{name} is not a fact of a document.")
        setattr(document, name, value)
    document.save(update_fields=list(facts))
    return document


def _retire(document: Document, application: Application) -> None:
    """What reviewers have seen is kept as replaced; what they have not is deleted with its file."""
    decision = selectors.latest_decision(application)
    if decision is not None and document.uploaded_at <= decision.at:
        document.replaced_at = timezone.now()
        document.save(update_fields=["replaced_at"])
    else:
        document.delete()
