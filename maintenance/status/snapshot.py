"""What the status page says, as plain values: it can be cached, and shown when the database is away."""

import datetime as dt
from dataclasses import dataclass

from shopops.clocks.models import Feature
from shopops.policies.kinds import Text

#: How many days the bars and the history show.
DAYS = 60


@dataclass(frozen=True)
class Cell:
    """How a service behaves for one audience during a window."""

    audience: str
    mode: str
    note: Text


@dataclass(frozen=True)
class Row:
    """A service of a window's matrix, with a cell per audience."""

    service: str
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        return str(Feature(self.service).label)


@dataclass(frozen=True)
class WindowStatus:
    """A window that is going on, being verified or ahead. `told` is a ratio, None where nobody is to be told."""

    pk: int
    title: Text
    summary: Text
    kind: str
    state: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    revision: int
    scheduled_at: dt.datetime | None
    announced_at: dt.datetime
    first_ends_at: dt.datetime | None
    told: float | None
    target: float
    rows: tuple[Row, ...]
    pauses: bool

    def is_on(self, now: dt.datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    @property
    def length(self) -> dt.timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class IncidentStatus:
    """An incident that lasts."""

    pk: int
    service: str
    severity: str
    started_at: dt.datetime
    title: Text
    text: Text


@dataclass(frozen=True)
class DayStatus:
    """The worst of one marketplace day: ok, info (planned work), caution (degraded), danger (outage)."""

    date: dt.date
    tone: str


@dataclass(frozen=True)
class ServiceStatus:
    """A service: how it is now and how its last days were.

    `state` is works, planned, degraded or outage; `mode` is how planned work treats it (worst audience). `available` is
    the share of the time without an outage and without planned work that took the service down.
    """

    code: str
    state: str
    mode: str
    days: tuple[DayStatus, ...]
    available: float

    @property
    def label(self) -> str:
        return str(Feature(self.code).label)

    @property
    def good_days(self) -> int:
        return sum(day.tone == "ok" for day in self.days)


@dataclass(frozen=True)
class Event:
    """Something in the history: planned work or an incident, with what the words need."""

    kind: str
    title: Text
    text: Text
    start: dt.datetime
    end: dt.datetime | None
    planned_end: dt.datetime | None
    is_over: bool


@dataclass(frozen=True)
class DayEvents:
    """The events that began on one marketplace day."""

    date: dt.date
    events: tuple[Event, ...]


@dataclass(frozen=True)
class News:
    """A notice to the public or an incident, as news readers list it.

    `kind` is the notice's kind, or for an incident its severity or "solved"; only incidents have a `service`, only
    notices a `span`: the times of the window as they were told.
    """

    at: dt.datetime
    guid: str
    kind: str
    title: Text
    text: Text
    service: str = ""
    span: tuple[dt.datetime, dt.datetime] | None = None


@dataclass(frozen=True)
class CalendarEntry:
    """A window as calendars take it over: a higher `sequence` replaces what they have."""

    pk: int
    title: Text
    description: Text
    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    updated_at: dt.datetime
    sequence: int
    is_cancelled: bool


@dataclass(frozen=True)
class Snapshot:
    """Everything the status page, the JSON and the feeds say, as of `checked_at`."""

    checked_at: dt.datetime
    services: tuple[ServiceStatus, ...]
    windows: tuple[WindowStatus, ...]
    incidents: tuple[IncidentStatus, ...]
    history: tuple[DayEvents, ...]
    news: tuple[News, ...]
    calendar: tuple[CalendarEntry, ...]

    @property
    def state(self) -> str:
        """The worst state of any service: outage, degraded, planned, works."""
        states = {service.state for service in self.services}
        return next(state for state in ("outage", "degraded", "planned", "works") if state in states)
