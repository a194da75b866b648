"""Addresses of the scheduled jobs."""

from django.urls import path

from shopops.console import jobpages

app_name = "job_desk"

urlpatterns = [
    path("", jobpages.overview, name="overview"),
    path("runs/<int:pk>/", jobpages.run, name="run"),
    path("runs/<int:pk>/retry/", jobpages.retry, name="retry"),
    path("runs/<int:pk>/stop/", jobpages.stop, name="stop"),
    path("<slug:code>/", jobpages.job, name="job"),
    path("<slug:code>/run/", jobpages.run_now, name="run_now"),
]
