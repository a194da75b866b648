"""What changes contribute to a shop's home: things to do, and the check-up."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants import selectors as merchants
from merchants.changes import policy, selectors
from merchants.changes.models import ChangeRequest, Verification
from shopops.checkup import Banner, Banners, ToDo, ToDos
from shopops.policies.selectors import NoPolicy
from shopops.ui import formats

#: When a request that was sent back should be answered, counted from its submission; our own choice.
_PATIENCE = dt.timedelta(days=14)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a marketplace day."""
    following = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    return timezone.make_aware(following, timezone.get_default_timezone()) - dt.timedelta(minutes=1)


def todos(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    """Requests that were sent back, documents that end without a renewal, the re-verification."""
    return [*_sent_back(merchant_id, now), *_ending(merchant_id, now), *_verification(merchant_id)]


def _sent_back(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    waiting = ChangeRequest.objects.filter(merchant_id=merchant_id, state=ChangeRequest.State.NEEDS_INFO)
    return [
        ToDo(
            _("Correct the change request %(number)s") % {"number": each.number},
            _("Nothing is changed before it is sent again."),
            due=(each.submitted_at or now) + _PATIENCE,
            verb=_("Correct"),
            url=reverse("changes:detail", args=[each.number]),
            tone="caution",
        )
        for each in waiting
    ]


def _ending(merchant_id: int, now: dt.datetime) -> list[ToDo]:
    try:
        ahead = max(policy.active()[1].expiry.days_ahead, default=0)
    except NoPolicy:  # nobody said yet how early a renewal is asked for
        return []
    renewed = {field for field in selectors.open_fields(merchant_id) if policy.is_document(field)}
    found = []
    for document in merchants.documents_expiring(now, ahead).filter(merchant_id=merchant_id):
        if f"document:{document.type}" in renewed or document.expires_on is None:
            continue
        found.append(
            ToDo(
                _("Renew: %(document)s") % {"document": selectors.type_name(document.type)},
                _("Valid until %(day)s.") % {"day": formats.day(document.expires_on, year="always")},
                due=end_of(document.expires_on),
                verb=_("Renew"),
                url=reverse("changes:renew", args=[document.pk]),
            )
        )
    return found


def _verification(merchant_id: int) -> list[ToDo]:
    live = selectors.live_verification(merchant_id)
    if live is None or live.state not in Verification.WAITING:
        return []
    late = live.state == Verification.State.OVERDUE
    return [
        ToDo(
            _("Confirm the details of the shop"),
            _("Overdue. Confirm or correct each section.") if late else _("Confirm or correct each section."),
            due=end_of(live.due_on),
            verb=_("Confirm"),
            url=reverse("changes:verification"),
            tone="danger" if late else None,
        )
    ]


def banners(merchant_id: int, now: dt.datetime) -> list[Banner]:
    """An overdue re-verification concerns the whole shop."""
    live = selectors.live_verification(merchant_id)
    if live is None or live.state != Verification.State.OVERDUE:
        return []
    text = _("The details of the shop had to be confirmed by %(day)s.") % {"day": formats.day(live.due_on)}
    link = (_("Confirm now"), reverse("changes:verification"))
    return [Banner("danger", "warning", _("Re-verification overdue"), text, (link,))]


TODOS = ToDos("changes", todos, needs="shop.manage")
BANNERS = Banners("changes", banners, needs="shop.manage")
