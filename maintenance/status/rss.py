"""Every notice to the public and every incident as RSS, newest first."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from maintenance import selectors, words
from maintenance.models import Incident, NoticePoint

#: Entries in the feed; readers poll often enough for that.
LENGTH = 50


def feed(language: str) -> bytes:
    """Return the feed in the active language; `language` is its code."""
    name = {"marketplace": settings.MARKETPLACE_NAME}
    page = settings.SITE_URL + reverse("status:page")
    rss = Rss201rev2Feed(
        title=_("%(marketplace)s status") % name,
        link=page,
        description=_("Planned maintenance and incidents of %(marketplace)s") % name,
        language="zh-CN" if language.startswith("zh") else language,
        feed_url=settings.SITE_URL + reverse("status:rss_in", args=[language]),
        ttl=5,
    )
    items = [_notice(point) for point in selectors.news_points()[:LENGTH]]
    for incident in Incident.objects.all()[:LENGTH]:
        items.extend(_incident(incident))
    for at, guid, title, text in sorted(items, reverse=True)[:LENGTH]:
        rss.add_item(title=title, link=page, description=text, pubdate=at, unique_id=guid, unique_id_is_permalink=False)
    return str(rss.writeString("utf-8")).encode()


Item = tuple[dt.datetime, str, str, str]


def _notice(point: NoticePoint) -> Item:
    window = point.window
    title = {
        NoticePoint.Kind.ANNOUNCED: _("Planned: %(title)s"),
        NoticePoint.Kind.CHANGED: _("New times: %(title)s"),
        NoticePoint.Kind.STARTED: _("Started: %(title)s"),
        NoticePoint.Kind.COMPLETED: _("Completed: %(title)s"),
        NoticePoint.Kind.CANCELLED: _("Cancelled: %(title)s"),
    }[NoticePoint.Kind(point.kind)] % {"title": window.title}
    assert point.sent_at is not None and point.message is not None  # news_points are sent
    # The times as they were told then; a later change is an item of its own.
    start, end = (dt.datetime.fromisoformat(point.message.context[name]) for name in ("starts_at", "ends_at"))
    text = "\n".join(part for part in (words.when(start, end), window.summary) if part)
    return point.sent_at, point.key, title, text


def _incident(incident: Incident) -> list[Item]:
    said = {
        "service": incident.get_service_display(),
        "severity": incident.get_severity_display(),
        "title": incident.title,
    }
    guid = f"maintenance.incident:{incident.pk}"
    items = [(incident.started_at, guid, _("%(severity)s, %(service)s: %(title)s") % said, incident.text)]
    if incident.ended_at:
        title = _("Solved, %(service)s: %(title)s") % said
        items.append((incident.ended_at, f"{guid}:solved", title, incident.text))
    return items
