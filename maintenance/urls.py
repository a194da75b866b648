"""Addresses of the portal's maintenance pages."""

from django.urls import path

from maintenance import views

app_name = "maintenance"

urlpatterns = [path("<int:pk>/", views.window, name="window")]
