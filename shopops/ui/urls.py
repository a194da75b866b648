"""Addresses of the preferences and of the gallery of parts."""

from django.urls import path

from shopops.ui import views

app_name = "ui"

urlpatterns = [
    # Browsers ask for it on pages that name no icon (the console, plain files).
    path("favicon.ico", views.favicon, name="favicon"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("ui/gallery/", views.gallery, name="gallery"),
]
