"""What the API has besides its resources: its description, its pages for people."""

from django.urls import path

from shopops.api import pages

urlpatterns = [
    path("schema/", pages.SchemaView.as_view(), name="schema"),
    path("docs/", pages.docs, name="docs"),
    path("problems/", pages.problems, name="api_problems"),
]
