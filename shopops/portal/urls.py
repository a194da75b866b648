"""The portal's own pages; the apps' pages are included beside it."""

from django.urls import path

from shopops.portal import inbox, preferences, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", views.account, name="account"),
    path("account/notifications/", preferences.preferences, name="preferences"),
    path("messages/", inbox.messages, name="messages"),
    path("messages/read/", inbox.mark_all, name="messages_read"),
    path("messages/<int:pk>/", inbox.message, name="message"),
]
