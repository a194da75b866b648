"""The kill switch of automatic approvals."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.screening.models import Stop
from shopops.accounts.models import User
from shopops.transitions.handler import announce


class AlreadyStopped(Exception):
    """Somebody was faster; nothing changed."""


def standing_stop() -> Stop | None:
    """The stop that stands now, None when automatic approvals may go on."""
    return Stop.objects.select_related("by").filter(is_standing=True).first()


def stop(*, actor: User, because: str) -> Stop:
    """Let nothing be approved automatically from this moment on. Raises ValidationError without a reason, and
    AlreadyStopped."""
    _said(because)
    try:
        with transaction.atomic():
            made = Stop.objects.create(by=actor, because=because.strip()[:500])
            announce(made, Stop.EFFECTS["stop"], actor=actor, reason=made.because)
            return made
    except IntegrityError as error:
        raise AlreadyStopped(_("Automatic approvals are stopped already.")) from error


@transaction.atomic
def lift(*, actor: User, because: str) -> Stop:
    """Let the policy decide again. Raises ValidationError without a reason, AlreadyStopped when nothing is stopped."""
    _said(because)
    found = Stop.objects.select_for_update(of=("self",)).filter(is_standing=True).first()
    if found is None:
        raise AlreadyStopped(_("Nothing is stopped: somebody else has resumed automatic approvals."))
    found.is_standing, found.lifted_at, found.lifted_by = False, timezone.now(), actor
    found.lifted_because = because.strip()[:500]
    found.save()
    announce(found, Stop.EFFECTS["lift"], actor=actor, reason=found.lifted_because)
    return found


def _said(because: str) -> None:
    if not because.strip():
        raise ValidationError({"because": _("Say why: the audit log keeps it.")})
