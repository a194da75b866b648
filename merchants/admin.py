"""The console's lists of applications, merchants, people and documents. Nothing is edited here: states move in the
workbench, facts by requests."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateFilter
from unfold.decorators import display

from merchants import exporting, listing, lists, policy, reasons, selectors, services
from merchants.checks import words
from merchants.exporting import WithExport
from merchants.models import Application, CheckResult, Decision, Document, HandOver, Invitation, Member, Merchant
from merchants.signing_admin import AgreementSigningAdmin
from shopops.adminbase import CappedPaginator, ReadOnlyAdmin, console_page
from shopops.audit.admin import history_link
from shopops.audit.models import Entry
from shopops.fields import mask
from shopops.ui import formats

UNMASK = "merchants.unmask_personal_data"
LINK = '<a href="{}" class="text-primary-600 underline dark:text-primary-500">{}</a>'
STATE_COLOURS = {
    "approved": "success", "rejected": "danger", "needs_info": "warning", "submitted": "info", "resubmitted": "info",
    "in_review": "info", "active": "success", "suspended": "warning", "exiting": "warning", "closed": "danger",
}  # fmt: skip


class ReadOnlyInline(TabularInline):
    """Rows that belong to the object and are only shown, to whoever may see the object."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonalDataAdmin(ReadOnlyAdmin):
    """Masks personal data and shows one piece in full on request, which is logged."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        own = [path("<int:pk>/reveal/<slug:field>/", console_page(UNMASK)(self.reveal), name=name)]
        return [*own, *super().get_urls()]

    def reveal(self, request: HttpRequest, pk: int, field: str) -> HttpResponse:
        """Ask what a field is needed for, then show it in full; only by POST."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        target = get_object_or_404(self.model, pk=pk)
        if field not in services.PERSONAL_FIELDS:
            raise Http404
        reason, value = request.POST.get("reason", "").strip(), ""
        if reason:
            value = services.reveal(target=target, field=field, actor=request.user, reason=reason)  # type: ignore[arg-type]
        label = self.model._meta.get_field(field).verbose_name
        context = {
            **self.admin_site.each_context(request),
            "title": label,
            "value": value,
            "asks": not reason,
            "target": target,
            "back": self._back_to(request, pk),
        }
        return render(request, "merchants/console/reveal.html", context)

    def _back_to(self, request: HttpRequest, pk: int) -> str:
        """Where the button was pressed, if that is a page of ours."""
        wanted = request.POST.get("next", "")
        if wanted.startswith("/") and url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, request.is_secure()
        ):
            return wanted
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def masked(self, obj: Any, field: str) -> SafeString:
        """The masked value with its "Show" button; the button borrows the page's form."""
        value = getattr(obj, field) or ""
        if not value:
            return format_html("{}", formats.NOTHING)
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_reveal", args=[obj.pk, field])
        return format_html(
            '{} <button type="submit" formaction="{}" formmethod="post" class="text-primary-600 underline">{}</button>',
            mask(value),
            url,
            _("Show"),
        )

    @admin.display(description=gettext_lazy("contact"))
    def contact_name_masked(self, obj: Any) -> SafeString:
        return self.masked(obj, "contact_name")

    @admin.display(description=gettext_lazy("phone"))
    def contact_phone_masked(self, obj: Any) -> SafeString:
        return self.masked(obj, "contact_phone")

    @admin.display(description=gettext_lazy("legal person"))
    def legal_person_masked(self, obj: Any) -> SafeString:
        return self.masked(obj, "legal_person")

    @admin.display(description=gettext_lazy("ID number of the legal person"))
    def id_number_masked(self, obj: Any) -> SafeString:
        return self.masked(obj, "id_number")

    @admin.display(description=gettext_lazy("bank account"))
    def bank_account_masked(self, obj: Any) -> SafeString:
        return self.masked(obj, "bank_account")


PERSONAL = (
    "contact_name_masked", "contact_phone_masked", "legal_person_masked", "id_number_masked", "bank_account_masked",
)  # fmt: skip


class DocumentInline(ReadOnlyInline):
    model = Document
    fields = ("type_name", "link", "number", "holder", "issued_on", "expires_on", "replaced_at")
    readonly_fields = ("type_name", "link")

    @admin.display(description=gettext_lazy("type"))
    def type_name(self, document: Document) -> str:
        return type_name(document)

    @admin.display(description=gettext_lazy("file"))
    def link(self, document: Document) -> SafeString:
        return file_link(document)


def file_url(merchant: Merchant) -> str:
    """Where everything about a merchant is."""
    return reverse("merchant_file:file", args=[merchant.pk])


def type_name(document: Document) -> str:
    """A document's type in the words of the policy in force."""
    return policy.active()[1].document_name(document.type)


def file_link(document: Document) -> SafeString:
    """The way to the file; opening is logged."""
    url = reverse("merchants:document", args=[document.pk])
    return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, document.original_name)


class CheckInline(ReadOnlyInline):
    model = CheckResult
    fields = ("submission", "check_name", "outcome", "sentence", "run_at")
    readonly_fields = ("check_name", "sentence")

    @admin.display(description=gettext_lazy("check"))
    def check_name(self, result: CheckResult) -> str:
        return words.label(result.code)

    @admin.display(description=gettext_lazy("evidence"))
    def sentence(self, result: CheckResult) -> str:
        return words.sentence(result.evidence, result.params, policy.active()[1])


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = ("submission", "kind", "by", "at", "in_words", "note", "policy_version")
    readonly_fields = ("in_words",)

    @admin.display(description=gettext_lazy("reasons"))
    def in_words(self, decision: Decision) -> str:
        body = policy.of(decision.policy_version)
        return " · ".join(reasons.text(body, code) for code in decision.reasons) or formats.NOTHING


@admin.register(Application)
class ApplicationAdmin(WithExport, PersonalDataAdmin):
    paginator = CappedPaginator
    export_columns = exporting.APPLICATION_COLUMNS
    export_permission = "merchants.view_application"
    list_display = (
        "number", "shop_name", "shop_type", "category", "state_label", "submissions", "submitted_at", "workbench",
    )  # fmt: skip
    list_filter = (
        "state", "shop_type", "category", lists.AgeFilter, "needs_second_person", ("region", FieldTextFilter),
        ("channel", FieldTextFilter), ("segment", FieldTextFilter), ("submitted_at", RangeDateFilter),
    )  # fmt: skip
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number, name, credit code; phone or e-mail in full")
    list_select_related = ("applicant",)
    inlines = (DocumentInline, CheckInline, DecisionInline)
    readonly_fields = (*PERSONAL, "workbench")
    fieldsets = (
        (None, {"fields": ("number", "state", "workbench", "applicant", "merchant")}),
        (gettext_lazy("Shop"), {"fields": ("shop_name", "shop_type", "category", "brand", "region")}),
        (gettext_lazy("Business"), {"fields": ("legal_name", "uscc", "scope")}),
        (gettext_lazy("People"), {"fields": PERSONAL}),
        (
            gettext_lazy("Review and decision"),
            {
                "fields": (
                    "created_at", "submitted_at", "submissions", "policy_version", "needs_second_person",
                    "proposed_by", "proposed_at", "decided_by", "decided_at",
                )
            },
        ),
    )  # fmt: skip

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The workbench is shown to those who may open it."""
        columns = super().get_list_display(request)
        return [each for each in columns if each != "workbench" or request.user.has_perm(selectors.REVIEW)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The workbench is shown to those who may open it."""
        if request.user.has_perm(selectors.REVIEW):
            return self.fieldsets
        (name, options), *others = self.fieldsets
        return [(name, {"fields": [each for each in options["fields"] if each != "workbench"]}), *others]

    def export_row(self, row: Application, show: exporting.Show) -> list[Any]:
        return exporting.application_row(row, show)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        return lists.search_applications(queryset, search_term), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        """Drafts are the applicant's alone."""
        return super().get_queryset(request).exclude(submissions=0)

    @display(description=gettext_lazy("state"), label=STATE_COLOURS, ordering="state")
    def state_label(self, application: Application) -> tuple[str, str]:
        return application.state, application.get_state_display()

    @admin.display(description=gettext_lazy("workbench"))
    def workbench(self, application: Application) -> SafeString:
        url = reverse("review:case", args=[application.pk])
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, _("Review it"))


class MemberInline(ReadOnlyInline):
    model = Member
    fields = ("user", "role", "since")


class InvitationInline(ReadOnlyInline):
    model = Invitation
    fields = ("email", "role", "state", "invited_by", "sent_at", "expires_at", "closed_at")


class HandOverInline(ReadOnlyInline):
    model = HandOver
    fields = ("giver", "receiver", "state", "offered_at", "expires_at", "closed_at")


@admin.register(Merchant)
class MerchantAdmin(WithExport, PersonalDataAdmin):
    paginator = CappedPaginator
    ordering = ("-pk",)
    sortable_by = ()
    export_columns = exporting.MERCHANT_COLUMNS
    export_permission = "merchants.view_merchant"
    list_display = ("shop", "legal_name", "uscc", "shop_type", "category", "state_label", "region", "opened_at")
    list_display_links = None
    list_filter = (
        "state", "shop_type", "category", ("region", FieldTextFilter), ("channel", FieldTextFilter),
        ("segment", FieldTextFilter), lists.MerchantEndFilter, lists.VerifiedFilter, ("opened_at", RangeDateFilter),
    )  # fmt: skip
    search_fields = ("shop_name",)
    search_help_text = gettext_lazy("Part of a name; the marketplace's id, credit code or phone in full")
    inlines = (DocumentInline, MemberInline, InvitationInline, HandOverInline)
    readonly_fields = (*PERSONAL, "file", "application_link", "recent", "history")
    fieldsets = (
        (None, {"fields": ("file", "shop_name", "state", "shop_type", "category", "region", "external_id")}),
        (gettext_lazy("Where it comes from"), {"fields": ("channel", "segment", "opened_at", "verified_at")}),
        (
            gettext_lazy("Business"),
            {
                "fields": (
                    "legal_name",
                    "uscc",
                    "legal_form",
                    "address",
                    "registered_capital",
                    "established_on",
                    "scope",
                    "brand",
                    "bank_name",
                    "application_link",
                )
            },
        ),
        (gettext_lazy("People"), {"fields": PERSONAL}),
        (gettext_lazy("What happened lately"), {"fields": ("recent", "history")}),
    )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The fixed ones and those that other apps add, for who may use them."""
        return (*self.list_filter, *listing.filters_for(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Merchant], search_term: str
    ) -> tuple[QuerySet[Merchant], bool]:
        return lists.search_merchants(queryset, search_term), False

    def export_row(self, row: Merchant, show: exporting.Show) -> list[Any]:
        return exporting.merchant_row(row, show)

    @admin.display(description=gettext_lazy("shop"))
    def shop(self, merchant: Merchant) -> SafeString:
        """Its name leads to its file."""
        return format_html(LINK, file_url(merchant), merchant)

    @admin.display(description=gettext_lazy("file"))
    def file(self, merchant: Merchant) -> SafeString:
        return format_html(LINK, file_url(merchant), _("Open the merchant's file"))

    @display(description=gettext_lazy("state"), label=STATE_COLOURS, ordering="state")
    def state_label(self, merchant: Merchant) -> tuple[str, str]:
        return merchant.state, merchant.get_state_display()

    @admin.display(description=gettext_lazy("application"))
    def application_link(self, merchant: Merchant) -> str:
        application = Application.objects.filter(merchant=merchant).first()
        if application is None:
            return formats.NOTHING
        url = reverse("admin:merchants_application_change", args=[application.pk])
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', url, application.number)

    @admin.display(description=gettext_lazy("data changes"))
    def history(self, merchant: Merchant) -> SafeString | str:
        return history_link(merchant)

    @admin.display(description=gettext_lazy("audit log"))
    def recent(self, merchant: Merchant) -> str:
        entries = Entry.objects.filter(merchant_id=merchant.pk).order_by("-at", "-id")[:20]
        lines = [(formats.at(entry.at), entry.action, entry.actor_name, entry.reason) for entry in entries]
        return format_html_join("", "<div>{} · {} · {} {}</div>", lines) or formats.NOTHING


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ("user", "merchant", "role", "since")
    list_filter = ("role",)
    search_fields = ("user__email", "user__name", "merchant__shop_name")
    list_select_related = ("user", "merchant")


@admin.register(Document)
class DocumentAdmin(WithExport, ReadOnlyAdmin):
    paginator = CappedPaginator
    ordering = ("-pk",)
    sortable_by = ()
    export_columns = exporting.DOCUMENT_COLUMNS
    export_personal = False
    export_permission = "merchants.view_document"
    list_display = ("name", "link", "owner", "application", "number", "expires_on", "replaced_at")
    list_filter = (
        lists.TypeFilter, lists.DocumentEndFilter, lists.CurrentFilter, ("expires_on", RangeDateFilter),
        "merchant__state", "merchant__category",
    )  # fmt: skip
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number of the document or application, the shop's id; part of holder or shop name")
    list_select_related = ("merchant", "application")
    fields = (
        "name", "link", "merchant", "application", "number", "holder", "issued_on", "expires_on",
        "content_type", "size", "sha256", "uploaded_by", "uploaded_at", "replaced_at",
    )  # fmt: skip
    readonly_fields = ("name", "link")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Document], search_term: str
    ) -> tuple[QuerySet[Document], bool]:
        return lists.search_documents(queryset, search_term), False

    def export_row(self, row: Document, show: exporting.Show) -> list[Any]:
        return exporting.document_row(row, show)

    @admin.display(description=gettext_lazy("merchant"))
    def owner(self, document: Document) -> SafeString | str:
        """The shop, with the way to its file."""
        if document.merchant is None:
            return formats.NOTHING
        url = file_url(document.merchant)
        return format_html(LINK, url, document.merchant)

    @admin.display(description=gettext_lazy("type"), ordering="type")
    def name(self, document: Document) -> str:
        return type_name(document)

    @admin.display(description=gettext_lazy("file"))
    def link(self, document: Document) -> SafeString:
        return file_link(document)


#: Registered by its import.
__all__ = ["AgreementSigningAdmin"]
