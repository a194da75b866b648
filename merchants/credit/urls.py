from django.urls import path

from merchants.credit import views

app_name = "credit"
urlpatterns = [
    path("", views.score, name="score"),
    path("ledger.csv", views.ledger_csv, name="ledger_csv"),
]
