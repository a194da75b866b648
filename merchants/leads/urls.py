"""/admin/funnel/: how leads become shops."""

from django.urls import path

from merchants.leads import views

app_name = "leads"

urlpatterns = [
    path("", views.funnel, name="funnel"),
    path("export/", views.funnel_csv, name="funnel_csv"),
]
