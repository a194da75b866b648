"""The portal's pages about warnings, below /portal/warnings/."""

from django.urls import path

from warning_center import views

app_name = "warnings"

urlpatterns = [
    path("", views.warning_list, name="list"),
    path("export.csv", views.export, name="export"),
    path("rules/", views.rules, name="rules"),
    path("rules/<int:version>/", views.rules, name="rules_version"),
    path("<slug:number>/", views.detail, name="detail"),
    path("<slug:number>/facts.csv", views.facts_csv, name="facts"),
    path("<slug:number>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<slug:number>/rectify/", views.rectify, name="rectify"),
    path("<slug:number>/submit/", views.submit, name="submit"),
]
