"""Business calendars as policies: the clocks compute with the version in force."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shopops.accounts.roles import Role
from shopops.audit.models import Entry
from shopops.clocks import documents
from shopops.clocks.publishing import publish_calendar
from shopops.policies.kinds import PolicyKind
from shopops.policies.models import PolicyVersion
from shopops.policies.selectors import typed

KIND = "calendar"
#: Packs by jurisdiction; elsewhere Monday to Friday.
_PACKS = {"CN": "china.toml"}


def kind() -> PolicyKind:
    """The kind, with the pack of the jurisdiction that the settings name."""
    return PolicyKind(
        KIND,
        _("Working time"),
        documents.CalendarDocument,
        documents.PACKS / _PACKS.get(settings.JURISDICTION.upper(), "weekdays.toml"),
        editors=(Role.ANNOUNCER, Role.RISK_ANALYST, Role.SUPERVISOR),
        help_text=_("When the clocks of deadlines run: working hours, holidays, make-up days."),
    )


def publish(version: PolicyVersion, _entry: Entry) -> None:
    """Hand a calendar that came into force to the clocks."""
    if version.kind == KIND:
        publish_calendar(version.key, typed(version, documents.CalendarDocument).calendar(), note=str(version))
