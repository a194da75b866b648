"""Every notice to the public and every incident as RSS, newest first."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from maintenance import words
from maintenance.models import Incident, NoticePoint
from maintenance.status.snapshot import News
from shopops.clocks.models import Feature


def feed(news: Iterable[News], language: str) -> bytes:
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
    for each in news:
        rss.add_item(
            title=_title(each),
            link=page,
            description=_text(each),
            pubdate=each.at,
            unique_id=each.guid,
            unique_id_is_permalink=False,
        )
    return str(rss.writeString("utf-8")).encode()


def _title(news: News) -> str:
    said = {"title": str(news.title)}
    if news.service:
        said["service"] = str(Feature(news.service).label)
        if news.kind == "solved":
            return _("Solved, %(service)s: %(title)s") % said
        said["severity"] = str(Incident.Severity(news.kind).label)
        return _("%(severity)s, %(service)s: %(title)s") % said
    return {
        NoticePoint.Kind.ANNOUNCED: _("Planned: %(title)s"),
        NoticePoint.Kind.CHANGED: _("New times: %(title)s"),
        NoticePoint.Kind.STARTED: _("Started: %(title)s"),
        NoticePoint.Kind.COMPLETED: _("Completed: %(title)s"),
        NoticePoint.Kind.CANCELLED: _("Cancelled: %(title)s"),
    }[NoticePoint.Kind(news.kind)] % said


def _text(news: News) -> str:
    when = words.when(*news.span) if news.span else ""
    return "\n".join(part for part in (when, str(news.text)) if part)
