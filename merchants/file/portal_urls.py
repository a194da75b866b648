"""/portal/history/"""

from django.urls import path

from merchants.file.views import portal

urlpatterns = [path("", portal.history, name="shop_history")]
