from django.contrib import admin

from shopops.adminbase import ReadOnlyAdmin
from shopops.notifications.models import Delivery, Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "key", "url")
    list_filter = ("kind", "created_at")
    search_fields = ("key",)
    date_hierarchy = "created_at"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("message", "recipient", "channel", "state", "attempts", "sent_at", "read_at", "error")
    list_filter = ("channel", "state")
    search_fields = ("message__key", "recipient__email", "address")
    list_select_related = ("message", "recipient")
