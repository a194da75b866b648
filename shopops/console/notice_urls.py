"""Addresses of the proof of notice, inside the console's sign-in."""

from django.urls import path

from shopops.adminbase import console_page
from shopops.console import notices

app_name = "notices"

urlpatterns = [
    path("<int:pk>/", console_page(notices.VIEW)(notices.proof), name="proof"),
    path("<int:pk>/proof.csv", console_page(notices.VIEW)(notices.proof_csv), name="proof_csv"),
    path("<int:pk>/proof.json", console_page(notices.VIEW)(notices.proof_json), name="proof_json"),
    path("<int:pk>/retry/", console_page(notices.VIEW, notices.RETRY)(notices.retry), name="retry"),
]
