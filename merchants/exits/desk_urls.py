"""Addresses below /admin/exit-desk/."""

from django.urls import path

from merchants.exits.views import analysis, desk, shops

app_name = "exit_desk"

urlpatterns = [
    path("", desk.next_case, name="next"),
    path("analysis/", analysis.page, name="analysis"),
    path("analysis.csv", analysis.export, name="analysis_csv"),
    path("<int:pk>/", desk.bench, name="bench"),
    path("<int:pk>/sheet/", desk.sheet, name="sheet"),
    path("<int:pk>/take-over/", desk.take_over, name="take_over"),
    path("<int:pk>/do/<slug:code>/", desk.act, name="act"),
    path("<int:pk>/steps/<int:step_pk>/", desk.step, name="step"),
    path("shops/<int:pk>/standing/", shops.standing, name="standing"),
    path("shops/<int:pk>/terminate/", shops.propose, name="propose"),
    path("shops/<int:pk>/records/", shops.shop_records, name="records"),
    path("records/<int:pk>/", shops.download, name="download"),
]
