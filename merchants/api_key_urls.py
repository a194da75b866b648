"""/portal/api/: a shop's own API keys."""

from django.urls import path

from merchants.views import api_keys

urlpatterns = [
    path("", api_keys.key_list, name="api_keys"),
    path("new/", api_keys.new, name="api_key_new"),
    path("<int:pk>/rotate/", api_keys.rotate, name="api_key_rotate"),
    path("<int:pk>/revoke/", api_keys.revoke, name="api_key_revoke"),
]
