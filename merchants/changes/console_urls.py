"""/admin/change-desk/: deciding on changes, checking confirmations, campaigns."""

from django.urls import path

from merchants.changes.console import campaigns, checks, desk

app_name = "change_desk"

urlpatterns = [
    path("", desk.following, name="next"),
    path("<int:pk>/", desk.case, name="case"),
    path("<int:pk>/take-over/", desk.take_over, name="take_over"),
    path("<int:pk>/decide/", desk.decide, name="decide"),
    path("<int:pk>/show/<slug:field>/", desk.show, name="show"),
    path("confirmations/<int:pk>/", checks.check, name="check"),
    path("campaigns/", campaigns.listing, name="campaigns"),
    path("campaigns/<int:pk>/", campaigns.progress, name="campaign"),
    path("campaigns/<int:pk>/act/", campaigns.act, name="campaign_act"),
]
