"""Notice of changes: how long ahead merchants must hear of them, telling them, and the proof that they were told."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shopops.notifications.models import Delivery, Message
from shopops.notifications.services import notify_many, withdraw
from shopops.policies.compare import changes_in_all_languages
from shopops.policies.kinds import PolicyKind, Text, about, kinds, notice_audiences
from shopops.policies.models import PolicyVersion
from shopops.policies.naming import name_in_all_languages
from shopops.policies.nodes import node_of
from shopops.policies.selectors import active, active_version, scheduled
from shopops.ui import formats

KIND = "notice_period"
ANNOUNCED = "policies.announced"
CALLED_OFF = "policies.called_off"
PACKS = Path(__file__).parent / "packs"

Days = Annotated[int, msgspec.Meta(ge=0, le=365)]


class NoticePeriods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a `notice_period` policy. Days are 24 hours each, counted from the moment merchants are told."""

    basis: Annotated[Text, about(_lazy("Legal basis"), _lazy("Shown where somebody chooses a date."))]
    usual_days: Annotated[
        Days, about(_lazy("Notice of a change"), _lazy("The least time between notice and effect."), unit="days")
    ]
    adaptation_days: Annotated[
        Days,
        about(
            _lazy("Notice when adaptation is needed"),
            _lazy("For changes that merchants can follow only with technical or commercial work."),
            unit="days",
        ),
    ]

    def __post_init__(self) -> None:
        if self.adaptation_days < self.usual_days:
            raise ValueError(_("The notice with adaptation cannot be shorter than the usual one."))

    def days(self, *, needs_adaptation: bool) -> int:
        """The days that a change needs."""
        return self.adaptation_days if needs_adaptation else self.usual_days


def kind() -> PolicyKind:
    """The kind, with the pack of the jurisdiction that the settings name; raises ValueError for one without a pack."""
    pack = PACKS / f"notice_period.{settings.JURISDICTION.lower()}.toml"
    if not pack.exists():
        known = ", ".join(sorted(path.name.split(".")[1].upper() for path in PACKS.glob("notice_period.*.toml")))
        raise ValueError(f"JURISDICTION is {settings.JURISDICTION!r}; there are packs for: {known}.")
    return PolicyKind(
        KIND,
        _lazy("Notice periods"),
        NoticePeriods,
        pack,
        help_text=_lazy("How long ahead merchants must hear of a change of the rules that bind them."),
    )


class TooEarly(Exception):
    """A change would come into force before merchants had their notice. `earliest` is the first moment allowed."""

    def __init__(self, earliest: dt.datetime, days: int, basis: str) -> None:
        self.earliest = earliest
        super().__init__(
            _(
                "Too early: merchants need %(days)s days of notice (%(basis)s). The earliest moment is %(earliest)s; "
                "choose that or a later one, or record an exemption."
            )
            % {"days": days, "basis": basis, "earliest": formats.due(earliest, year="always")}
        )


def audience_of(version: PolicyVersion) -> str:
    """The code of the audience that must be told ahead of changes of this version's kind; empty when nobody."""
    return kinds.get(version.kind).notice if version.kind in kinds else ""


def is_first(version: PolicyVersion) -> bool:
    """Whether nothing is in force yet: then there is no change that anybody could be told of."""
    return active_version(version.kind, version.key) is None


def owed(version: PolicyVersion) -> tuple[int, PolicyVersion | None, str]:
    """Return the days of notice that a version needs, the version of the periods that says so, and its legal basis.

    Exempt or not: an exemption is recorded beside the days, it does not change them.
    """
    if not audience_of(version) or is_first(version):
        return 0, None, ""
    under, periods = active(KIND, NoticePeriods)
    return periods.days(needs_adaptation=version.needs_adaptation), under, str(periods.basis)


def earliest(version: PolicyVersion, published: dt.datetime) -> dt.datetime:
    """Return the first moment at which a version may come into force when it is published at `published`, rounded up
    to a whole minute unless that is right away."""
    days, _under, _basis = owed(version)
    if not days or version.exemption:
        return published
    moment = published + dt.timedelta(days=days)
    return _next_minute(moment)


def _next_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def check(version: PolicyVersion, effective_from: dt.datetime, published: dt.datetime) -> None:
    """Raise TooEarly when `effective_from` leaves merchants less than their notice."""
    days, _under, basis = owed(version)
    if days and not version.exemption and effective_from < published + dt.timedelta(days=days):
        raise TooEarly(_next_minute(published + dt.timedelta(days=days)), days, basis)


def announce_change(version: PolicyVersion) -> None:
    """Tell everybody whom a change concerns what changes and from when. Asking twice tells nobody twice."""
    audience = audience_of(version)
    current = predecessor(version)
    if not audience or current is None:
        return
    notify_many(
        kind=ANNOUNCED,
        key=version.notice_key,
        recipients=notice_audiences.get(audience).recipients(),
        context=_context(version, current),
        target=version,
    )


def predecessor(version: PolicyVersion) -> PolicyVersion | None:
    """The version that will be in force just before this one's moment: the last approved one, else the active one."""
    earlier = scheduled(version.kind, version.key).filter(effective_from__lt=version.effective_from)
    return earlier.exclude(pk=version.pk).last() or active_version(version.kind, version.key)


def _context(version: PolicyVersion, current: PolicyVersion) -> dict[str, Any]:
    node = node_of(kinds.get(version.kind).type)
    return {
        "policy": name_in_all_languages(version),
        "number": version.number,
        "effective_from": version.effective_from,
        "exemption": version.exemption,
        "exemption_reason": version.exemption_reason,
        "changes": changes_in_all_languages(node, current.body, version.body),
    }


def call_off(version: PolicyVersion) -> None:
    """Tell whoever was told of a version that it does not come; letters that have not left stay here."""
    announced = Message.objects.filter(key=version.notice_key).first()
    if announced is None:
        return
    withdraw(message_ids=[announced.pk], why="The version was called off.")
    told = Delivery.objects.filter(message=announced).order_by()
    notify_many(
        kind=CALLED_OFF,
        key=f"policies.version.called_off:{version.pk}",
        recipients=told.values_list("recipient_id", "merchant_id").distinct(),
        context={"policy": name_in_all_languages(version), "effective_from": version.effective_from},
        target=version,
    )


def missing_proof(version: PolicyVersion, at: dt.datetime) -> str:
    """Say why a version that owes notice may not come into force at `at`, by the ledger; empty when it may."""
    if not version.owes_notice:
        return ""
    message = Message.objects.filter(key=version.notice_key).first()
    if message is None:
        return _("The ledger has no notice of this version.")
    latest = at - dt.timedelta(days=version.notice_days)
    told = (Delivery.State.SENT, Delivery.State.READ)
    people = Delivery.objects.filter(message=message).values("recipient_id")
    everybody = people.distinct().count()
    in_time = people.filter(state__in=told, sent_at__lte=latest).distinct().count()
    if in_time < everybody:
        last = Delivery.objects.filter(message=message, state__in=told).aggregate(last=Max("sent_at"))["last"]
        return _(
            "%(missing)s of %(all)s people were told less than %(days)s days ago or not at all (last: %(last)s)."
        ) % {
            "missing": everybody - in_time,
            "all": everybody,
            "days": version.notice_days,
            "last": formats.at(last) if last else "–",
        }
    return ""
