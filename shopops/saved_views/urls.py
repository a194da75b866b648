"""/admin/saved-views/"""

from django.urls import path

from shopops.saved_views import views

app_name = "saved_views"

urlpatterns = [
    path("save/", views.save, name="save"),
    path("<int:pk>/", views.act, name="act"),
]
