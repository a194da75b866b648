"""Files that prove a change: taking them in, replacing, removing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import policy as onboarding
from merchants.changes import policy
from merchants.changes.errors import NotEditable
from merchants.changes.fields import PAPER_FACTS
from merchants.changes.models import ChangeRequest, Proof
from shopops import uploads
from shopops.accounts.models import User


def add_proof(*, request: ChangeRequest, type: str, file: UploadedFile, actor: User, **facts: Any) -> Proof:
    """Store a file with what was typed from it; one of a type, a newer one replaces it.

    What reviewers have seen is kept as replaced, what they have not is deleted. Raises ValidationError for a file that
    is no JPG, PNG or PDF up to 10 MB or for facts that are missing, NotEditable, KeyError for an unknown type.
    """
    _check_facts(type, facts)
    inspected = uploads.inspect(file)
    with uploads.deleted_on_error() as stored, transaction.atomic():
        mine = _editable(request)
        for former in mine.proofs.filter(type=type, replaced_at__isnull=True):
            _retire(former, mine)
        proof = Proof(
            request=mine,
            type=type,
            uploaded_by=actor,
            **uploads.described(file, inspected),
            **facts,
        )
        stored.append(proof.file)
        proof.file.save(f"proof{inspected.ending}", file, save=False)
        proof.save()
        return proof


@transaction.atomic
def remove_proof(*, proof: Proof) -> None:
    """Take a file out of a request that the shop holds; raises NotEditable."""
    _retire(proof, _editable(proof.request))


def required_facts(type: str) -> list[str]:
    """The fields that have to be typed from a document of this type."""
    names = {"number": "number", "holder": "holder", "issued": "issued_on", "expires": "expires_on"}
    kind = onboarding.active()[1].documents.get(type)
    return [names[fact] for fact in kind.required_facts if fact in names] if kind else []


def _check_facts(type: str, facts: dict[str, Any]) -> None:
    if type not in onboarding.active()[1].documents and type not in policy.active()[1].proofs:
        raise KeyError(type)
    if unknown := facts.keys() - set(PAPER_FACTS):
        raise ValueError(f"{', '.join(sorted(unknown))}: no facts of a document.")
    missing = {name: _("Needed for this document.") for name in required_facts(type) if not facts.get(name)}
    issued, expires = facts.get("issued_on"), facts.get("expires_on")
    if issued and expires and expires < issued:
        missing["expires_on"] = _("The document ends before it was issued. Check both dates.")
    if missing:
        raise ValidationError(missing)


def _editable(request: ChangeRequest) -> ChangeRequest:
    mine = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if mine.state not in ChangeRequest.EDITABLE:
        raise NotEditable(_("This request cannot be changed now. Its page says what happens next."))
    return mine


def _retire(proof: Proof, request: ChangeRequest) -> None:
    if request.submitted_at is not None and proof.uploaded_at <= request.submitted_at:
        proof.replaced_at = timezone.now()
        proof.save(update_fields=["replaced_at"])
    else:
        proof.delete()
