"""Public addresses below /notices/."""

from django.urls import path

from merchants.exits.views import public

app_name = "exit_notices"

urlpatterns = [path("closing/", public.closing, name="closing")]
