"""/admin/screening/: the auto-approval rule, how reviewers decide, outside reviewers."""

from django.urls import path

from merchants.screening.views import calibration, opinions, rule

app_name = "screening"

urlpatterns = [
    path("", rule.rule, name="rule"),
    path("stop/", rule.stop, name="stop"),
    path("resume/", rule.lift, name="lift"),
    path("calibration/", calibration.overview, name="calibration"),
    path("calibration/<int:pk>/", calibration.one, name="person"),
    path("mine/", calibration.mine, name="mine"),
    path("outside/", opinions.owed, name="outside"),
    path("ask/<int:pk>/", opinions.ask, name="ask"),
    path("withdraw/<int:pk>/", opinions.withdraw, name="withdraw"),
]
