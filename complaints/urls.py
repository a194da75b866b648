"""Addresses of complaints: portal, public, console."""

from django.urls import path

from complaints import views

app_name = "complaints"

urlpatterns = [
    path("portal/complaints/", views.complaint_list, name="list"),
    path("portal/complaints/<int:pk>/", views.complaint_detail, name="detail"),
    path("complain/", views.file, name="file"),
    path("complain/<str:token>/", views.follow, name="follow"),
    path("admin/complaint-desk/", views.next_case, name="next"),
    path("admin/complaint-desk/<int:pk>/", views.bench, name="bench"),
    path("admin/complaint-desk/<int:pk>/take-over/", views.take_over, name="take_over"),
]
