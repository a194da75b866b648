"""/apply/: the applicant's pages, and a merchant's own details."""

from django.urls import path

from merchants.changes.views import shop as shop_details
from merchants.views import (
    agreements,
    answers,
    apply,
    documents,
    files,
    inbox,
    reading,
    receipts,
    shop,
    status,
)

app_name = "merchants"

urlpatterns = [
    path("", apply.start, name="start"),
    path("new/", apply.new, name="new"),
    path("mine/", status.applications, name="applications"),
    path("shop/", shop_details.details, name="shop"),
    path("switch-shop/", shop.switch, name="switch_shop"),
    path("shop/agreements/", agreements.shop, name="shop_agreements"),
    path("agreements/", agreements.texts, name="agreements"),
    path("agreements/<int:pk>/", agreements.text, name="agreement"),
    path("agreements/<int:pk>/download/", agreements.download, name="agreement_download"),
    path("messages/", inbox.messages, name="messages"),
    path("messages/<int:pk>/", inbox.message, name="message"),
    path("files/<int:pk>/", files.document, name="document"),
    path("files/<int:pk>/preview/", files.preview, name="preview"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("<slug:number>/", status.application, name="application"),
    path("<slug:number>/details/", apply.details, name="details"),
    path("<slug:number>/save/", apply.save, name="save"),
    path("<slug:number>/reading/", reading.card, name="reading"),
    path("<slug:number>/reading/use/", reading.use, name="use_reading"),
    path("<slug:number>/documents/", documents.documents, name="documents"),
    path("<slug:number>/documents/<slug:main>/", documents.upload, name="upload"),
    path("<slug:number>/remove/<int:pk>/", documents.remove, name="remove"),
    path("<slug:number>/agreements/", agreements.sign, name="sign"),
    path("<slug:number>/submit/", apply.submit, name="submit"),
    path("<slug:number>/answer/<int:pk>/", answers.answer, name="answer"),
    path("<slug:number>/resubmit/", answers.resubmit, name="resubmit"),
    path("<slug:number>/withdraw/", status.withdraw, name="withdraw"),
    path("<slug:number>/again/", status.again, name="again"),
]
