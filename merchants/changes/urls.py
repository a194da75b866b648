"""/portal/changes/: asking for changes, renewing documents, re-verification."""

from django.urls import path

from merchants.changes.views import requests, verification

app_name = "changes"

urlpatterns = [
    path("", requests.listing, name="list"),
    path("new/<slug:section>/", requests.new, name="new"),
    path("documents/", requests.add_document, name="add_document"),
    path("documents/<int:pk>/", requests.renew, name="renew"),
    path("proofs/<int:pk>/", requests.proof, name="proof"),
    path("confirm/", verification.verification, name="verification"),
    path("confirm/<slug:section>/", verification.confirm, name="confirm"),
    path("<slug:number>/", requests.detail, name="detail"),
    path("<slug:number>/proofs/<slug:main>/", requests.upload, name="upload"),
    path("<slug:number>/<slug:verb>/", requests.act, name="act"),
]
