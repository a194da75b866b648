"""/apply/: the applicant's pages, and a merchant's own details."""

from django.urls import path

from merchants.views import apply, files, receipts, shop, status

app_name = "merchants"

urlpatterns = [
    path("", apply.start, name="start"),
    path("new/", apply.new, name="new"),
    path("mine/", status.applications, name="applications"),
    path("shop/", shop.details, name="shop"),
    path("switch-shop/", shop.switch, name="switch_shop"),
    path("files/<int:pk>/", files.document, name="document"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("<slug:number>/", status.application, name="application"),
    path("<slug:number>/details/", apply.details, name="details"),
    path("<slug:number>/documents/", apply.documents, name="documents"),
    path("<slug:number>/documents/<slug:main>/", apply.upload, name="upload"),
    path("<slug:number>/remove/<int:pk>/", apply.remove, name="remove"),
    path("<slug:number>/submit/", apply.submit, name="submit"),
    path("<slug:number>/answer/<int:pk>/", status.answer, name="answer"),
    path("<slug:number>/resubmit/", status.resubmit, name="resubmit"),
    path("<slug:number>/withdraw/", status.withdraw, name="withdraw"),
]
