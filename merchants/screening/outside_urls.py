"""/outside/: the page of outside reviewers."""

from django.urls import path

from merchants.screening.views import desk

app_name = "outside"

urlpatterns = [
    path("", desk.home, name="home"),
    path("keys/", desk.new_key, name="new_key"),
    path("keys/<int:pk>/revoke/", desk.revoke_key, name="revoke_key"),
]
