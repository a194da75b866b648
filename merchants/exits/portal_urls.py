"""Addresses below /portal/exit/."""

from django.urls import path

from merchants.exits.views import portal

app_name = "exits"

urlpatterns = [
    path("", portal.home, name="home"),
    path("ask/", portal.ask, name="ask"),
    path("<int:pk>/cancel/", portal.cancel, name="cancel"),
    path("records/", portal.export, name="export"),
    path("records/<int:pk>/", portal.download, name="download"),
]
