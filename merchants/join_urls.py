"""/join/: answering an invitation."""

from django.urls import path

from merchants.views import join

app_name = "join"

urlpatterns = [
    path("<int:pk>/", join.invitation, name="invitation"),
    path("<int:pk>/<str:token>/", join.link, name="link"),
]
