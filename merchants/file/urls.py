"""/admin/merchants/…: the merchant's file and its records of contact; before the lists."""

from django.urls import path

from merchants.file.views import console, visits

app_name = "merchant_file"

urlpatterns = [
    path("<int:pk>/file/", console.file, name="file"),
    path("<int:pk>/contacts/", visits.record, name="record"),
    path("contacts/<int:pk>/", visits.visit, name="visit"),
    path("contacts/<int:pk>/follow-up/", visits.follow_up, name="follow_up"),
    path("contacts/files/<int:pk>/", visits.visit_file, name="visit_file"),
]
