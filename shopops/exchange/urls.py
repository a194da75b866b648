"""/admin/imports/: bring rows in by a file."""

from django.urls import path

from shopops.exchange import views

app_name = "exchange"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("new/<slug:what>/", views.new, name="new"),
    path("new/<slug:what>/template/", views.template, name="template"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/rejects/", views.rejects, name="rejects"),
]
