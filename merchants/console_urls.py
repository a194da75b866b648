"""/admin/review/: the reviewers' workbench."""

from django.urls import path

from merchants.views import review

app_name = "review"

urlpatterns = [
    path("", review.following, name="next"),
    path("<int:pk>/", review.case, name="case"),
    path("<int:pk>/take-over/", review.take_over, name="take_over"),
    path("second-read/<int:pk>/", review.second, name="second"),
    path("<int:pk>/checks/", review.rerun, name="rerun"),
    path("<int:pk>/show/<slug:field>/", review.show, name="show"),
    path("<int:pk>/decide/", review.decide, name="decide"),
]
