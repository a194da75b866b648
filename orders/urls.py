"""The portal's pages about orders, below /portal/orders/."""

from django.urls import path

from orders import views

app_name = "orders"

urlpatterns = [
    path("", views.order_list, name="list"),
    path("export.csv", views.export, name="export"),
    path("<int:pk>/", views.detail, name="detail"),
]
