from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from shopops.adminbase import ReadOnlyAdmin
from shopops.notifications.kinds import message_kinds
from shopops.notifications.models import Delivery, Message
from shopops.notifications.selectors import DELIVERED, FAILED
from shopops.ui import formats


class KindFilter(admin.SimpleListFilter):
    """Kinds by their names."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.code, str(kind.label)) for kind in message_kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


def _count(**states: Any) -> Coalesce:
    """Deliveries of a row's message; counted for the rows that are shown only."""
    found = Delivery.objects.filter(message=OuterRef("pk"), **states).order_by().values("message")
    return Coalesce(Subquery(found.annotate(number=Count("pk")).values("number")), 0)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages with how many of their deliveries arrived; the row leads to the proof of notice."""

    list_display = ("created_at", "kind_name", "told", "read", "failures", "proof", "key")
    list_filter = (KindFilter, "created_at")
    search_fields = ("key",)
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                _total=_count(),
                _told=_count(state__in=[*DELIVERED, Delivery.State.DIGESTED]),
                _read=_count(state=Delivery.State.READ),
                _failed=_count(state__in=FAILED),
            )
        )

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A message's page is its proof of notice."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(reverse("notices:proof", args=[object_id]))

    @admin.display(description=_("kind"), ordering="kind")
    def kind_name(self, obj: Message) -> str:
        return str(message_kinds.get(obj.kind).label) if obj.kind in message_kinds else obj.kind

    @admin.display(description=_("delivered"))
    def told(self, obj: Any) -> str:
        return f"{formats.num(obj._told)} / {formats.num(obj._total)}"

    @admin.display(description=_("read"))
    def read(self, obj: Any) -> str:
        return formats.num(obj._read)

    @admin.display(description=_("failed"))
    def failures(self, obj: Any) -> str:
        return formats.num(obj._failed) if obj._failed else "–"

    @admin.display(description=_("proof of notice"))
    def proof(self, obj: Message) -> str:
        return format_html('<a href="{}">{}</a>', reverse("notices:proof", args=[obj.pk]), _("Who was told"))


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("message", "recipient", "channel", "state", "attempts", "sent_at", "read_at", "error")
    list_filter = ("channel", "state")
    search_fields = ("message__key", "recipient__email", "address")
    list_select_related = ("message", "recipient")
