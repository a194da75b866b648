"""Addresses of webhooks in the console."""

from django.urls import path

from shopops.webhooks import views

app_name = "webhook_desk"

urlpatterns = [
    path("", views.overview, name="list"),
    path("new/", views.new, name="new"),
    path("events/", views.events, name="events"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/<slug:verb>/", views.act_on_delivery, name="act_on_delivery"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
