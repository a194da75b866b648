"""Public addresses of the status. Feeds have an address per language: programs that read them send no preference."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from maintenance.status import views

app_name = "status"


class LanguageConverter(StringConverter):
    """The codes of the languages that there are."""

    regex = "en|zh-hans"


register_converter(LanguageConverter, "status_language")

urlpatterns = [
    path("", views.page, name="page"),
    path("status.json", views.json, name="json"),
    path("rss.xml", views.rss_feed, name="rss"),
    path("rss.<status_language:language>.xml", views.rss_feed, name="rss_in"),
    path("calendar.ics", views.ical_feed, name="ical"),
    path("calendar.<status_language:language>.ics", views.ical_feed, name="ical_in"),
    path("windows/<int:pk>.ics", views.window_ical, name="window_ical"),
]
