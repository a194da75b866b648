"""/portal/webhooks/: a shop's own endpoints."""

from django.urls import path

from merchants.views import webhooks

app_name = "webhooks"

urlpatterns = [
    path("", webhooks.overview, name="list"),
    path("new/", webhooks.new, name="new"),
    path("events/", webhooks.events, name="events"),
    path("deliveries/<int:pk>/", webhooks.delivery, name="delivery"),
    path("deliveries/<int:pk>/<slug:verb>/", webhooks.act_on_delivery, name="act_on_delivery"),
    path("<int:pk>/", webhooks.endpoint, name="endpoint"),
    path("<int:pk>/edit/", webhooks.edit, name="edit"),
    path("<int:pk>/<slug:verb>/", webhooks.act, name="act"),
]
