"""The console's audit log: find an entry, read what changed, take its receipt or a file of many."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateFilter

from shopops.adminbase import ReadOnlyAdmin
from shopops.audit import console
from shopops.audit.diff import lines
from shopops.audit.models import DailyRoot, Entry, Seal
from shopops.audit.words import FieldWords, in_words
from shopops.ui import formats


class KindFilter(admin.SimpleListFilter):
    """By the kind of object, of those that entries are about."""

    title = gettext_lazy("kind of object")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = ContentType.objects.filter(pk__in=Entry.objects.order_by().values("content_type").distinct())
        return sorted(((str(each.pk), each.name) for each in used), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        value = self.value()
        return queryset.filter(content_type_id=int(value)) if value and value.isdecimal() else queryset


class ActionFilter(admin.SimpleListFilter):
    """By what happened; the list has as many rows as there are actions."""

    title = gettext_lazy("action")
    parameter_name = "did"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = Entry.objects.order_by("action").values_list("action", flat=True).distinct()
        return sorted(((each, in_words(each)) for each in found), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("moment", "did", "actor_name", "target_name", "reason", "merchant_id", "policy_version")
    list_filter = (
        ("at", RangeDateFilter),
        ActionFilter,
        ("actor_name", FieldTextFilter),
        KindFilter,
        ("merchant_id", FieldTextFilter),
        ("policy_version__kind", FieldTextFilter),
        ("policy_version__number", FieldTextFilter),
    )
    search_fields = ("target_name", "actor_name", "action", "reason", "request_id")
    search_help_text = gettext_lazy("Object, actor, action, reason or request")
    list_select_related = ("policy_version",)
    change_form_template = "admin/audit/entry/change_form.html"
    change_list_template = "admin/audit/entry/change_list.html"
    fieldsets = (
        (None, {"fields": ("at", "did", "actor_in_full", "reason")}),
        (gettext_lazy("Object"), {"fields": ("object_link", "merchant_id", "data_changes")}),
        (gettext_lazy("What changed"), {"fields": ("difference",)}),
        (gettext_lazy("Proof"), {"fields": ("policy_version", "place", "request_id")}),
    )
    readonly_fields = ("did", "actor_in_full", "object_link", "data_changes", "difference", "place")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("export/", console.export, {"model_admin": self}, name="audit_entry_export"),
            path("<int:pk>/receipt/", console.receipt_file, name="audit_entry_receipt"),
            path("changes/<str:model>/<int:pk>/", console.changes, name="audit_changes"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("at"), ordering="at")
    def moment(self, entry: Entry) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', formats.at(entry.at))

    @admin.display(description=gettext_lazy("action"), ordering="action")
    def did(self, entry: Entry) -> SafeString:
        return format_html(
            '<div><span class="block">{}</span><span class="block text-xs" translate="no">{}</span></div>',
            entry.action_in_words,
            entry.action,
        )

    @admin.display(description=gettext_lazy("actor"))
    def actor_in_full(self, entry: Entry) -> str:
        return f"{entry.actor_name} ({entry.actor_roles})" if entry.actor_roles else entry.actor_name

    @admin.display(description=gettext_lazy("object"))
    def object_link(self, entry: Entry) -> SafeString | str:
        kind = entry.content_type
        url = console.object_url(kind.app_label, kind.model, entry.object_id)
        text = f"{kind.name} · {entry.target_name}"
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, text) if url else text

    @admin.display(description=gettext_lazy("data changes"))
    def data_changes(self, entry: Entry) -> SafeString | str:
        url = console.changes_url(entry.content_type.model_class(), entry.object_id)
        if not url:
            return "–"
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, _("Who changed which field"))

    @admin.display(description=gettext_lazy("before → after"))
    def difference(self, entry: Entry) -> SafeString | str:
        words = FieldWords(entry.content_type.model_class())
        rows = [
            (words.label(each.name), words.value(each.name, each.before), words.value(each.name, each.after))
            for each in lines(entry.before, entry.after)
        ]
        return format_html_join("", "<div><strong>{}</strong>: {} → {}</div>", rows) or "–"

    @admin.display(description=gettext_lazy("place in the chain"))
    def place(self, entry: Entry) -> str:
        link = getattr(entry, "link", None)
        if link is None:
            return _("Not sealed yet; that happens within a minute.")
        return _("Sequence %(sequence)s in seal %(seal)s") % {"sequence": link.sequence, "seal": link.seal_id}


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "first", "last", "day", "hash")
    list_filter = (("at", RangeDateFilter),)


@admin.register(DailyRoot)
class DailyRootAdmin(ReadOnlyAdmin):
    list_display = ("day", "entries", "first_seal", "last_seal", "hash")
    list_filter = (("day", RangeDateFilter),)


def history_link(obj: Any) -> SafeString | str:
    """A link for any admin page: what happened to an object and which data changed."""
    url = reverse("admin:audit_changes", args=[obj._meta.label_lower, obj.pk])
    return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, _("History and data changes"))
