"""What a merchant's home says: composed from what the apps contribute."""

import datetime as dt
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopops.checkup import (
    Banner,
    Cause,
    Finding,
    Stat,
    ToDo,
    banner_sources,
    checks,
    stat_sources,
    todo_sources,
)
from shopops.ui.items import CheckupItem

#: Worst first.
_TONES = ("danger", "caution", "info", "ok", "neutral", "")
MAX_BANNERS = 2
MAX_TODOS = 6

_ICONS = {
    Cause.MAINTENANCE: "wrench",
    Cause.SECURITY: "lock",
    Cause.WARNINGS: "warning",
    Cause.ORDERS: "orders",
    Cause.SUPPORT: "chat",
}


def _names() -> dict[Cause, str]:
    return {
        Cause.MAINTENANCE: _("Maintenance"),
        Cause.SECURITY: _("Account security"),
        Cause.WARNINGS: _("Warnings and violations"),
        Cause.ORDERS: _("Orders and after-sales"),
        Cause.SUPPORT: _("Support"),
    }


@dataclass(frozen=True)
class Home:
    """Everything on the page."""

    headline: str
    causes: list[CheckupItem]
    todos: list[ToDo]
    stats: list[Stat]
    banners: list[Banner]


def compose(merchant_id: int, now: dt.datetime, rights: Set[str]) -> Home:
    """Ask every app, as far as the reader's rights go, and put the answers in order."""
    todos = sorted((t for each in _shown(todo_sources, rights) for t in each.find(merchant_id, now)), key=_due)
    banners = sorted((b for each in _shown(banner_sources, rights) for b in each.find(merchant_id, now)), key=_worst)
    causes = _check(merchant_id, now, rights)
    sees_all = all(_may(check, rights) for check in checks)
    return Home(
        headline=_headline(causes, len(todos), sees_all=sees_all),
        causes=causes,
        todos=todos[:MAX_TODOS],
        stats=[stat for each in _shown(stat_sources, rights) for stat in each.find(merchant_id, now)],
        banners=banners[:MAX_BANNERS],
    )


class _Source(Protocol):
    @property
    def needs(self) -> str: ...


S = TypeVar("S", bound=_Source)


def _may(source: _Source, rights: Set[str]) -> bool:
    return not source.needs or source.needs in rights


def _shown(sources: Iterable[S], rights: Set[str]) -> list[S]:
    return [source for source in sources if _may(source, rights)]


def _due(todo: ToDo) -> dt.datetime:
    return todo.due


def _worst(banner: Banner) -> int:
    return _TONES.index(banner.tone)


def _check(merchant_id: int, now: dt.datetime, rights: Set[str]) -> list[CheckupItem]:
    found: dict[Cause, Finding] = {}
    for check in _shown(checks, rights):
        finding = check.evaluate(merchant_id, now)
        known = found.get(check.cause)
        if known is None or _TONES.index(finding.tone) < _TONES.index(known.tone):
            found[check.cause] = finding
    explained = any(finding.is_cause for finding in found.values())
    found[Cause.SUPPORT] = Finding(
        "neutral",
        _("Not needed yet") if explained else _("Ready to help"),
        _("Still unclear? Write to support and name the cause you looked at."),
    )
    for hidden in {check.cause for check in checks} - found.keys():
        found[hidden] = Finding("neutral", _("Not shown"), _("Your role does not include this. The owner can tell."))
    names = _names()
    result, first = [], True
    for cause in Cause:
        finding = found.get(cause) or Finding("ok", _("Normal"), _("Nothing unusual."))
        result.append(
            CheckupItem(
                name=names[cause],
                icon=_ICONS[cause],
                tone=finding.tone,
                state=finding.verdict,
                text=finding.text,
                is_cause=finding.is_cause and first,
                url=finding.url,
                verb=finding.link,
            )
        )
        first = first and not finding.is_cause
    return result


def _headline(causes: list[CheckupItem], todos: int, *, sees_all: bool) -> str:
    """The verdict first, then how much there is to do."""
    cause = next((c for c in causes if c.is_cause), None)
    to_do = ngettext("%(count)d thing to do", "%(count)d things to do", todos) % {"count": todos}
    if cause:
        return _("Your shop is held back: %(cause)s; %(to_do)s") % {"cause": str(cause.name).lower(), "to_do": to_do}
    if not sees_all:
        return _("Nothing of what your role shows holds the shop back; %(to_do)s") % {"to_do": to_do}
    if todos:
        return _("Your shop is all right; %(to_do)s") % {"to_do": to_do}
    return _("Your shop is all right; nothing to do")
