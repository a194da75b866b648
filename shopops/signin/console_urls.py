"""/admin/permissions/: the permission matrix."""

from django.urls import path

from shopops.signin import console

urlpatterns = [path("", console.permissions, name="console_permissions")]
