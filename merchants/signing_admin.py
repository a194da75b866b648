"""The console's list of who signed which agreement when."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from merchants.models import AgreementSigning
from shopops.adminbase import CappedPaginator, ReadOnlyAdmin
from shopops.ui import formats


@admin.register(AgreementSigning)
class AgreementSigningAdmin(ReadOnlyAdmin):
    """Signings, the latest first; found by the application's number, the shop's name or the signer."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_display = ("when", "agreement", "number", "who_for", "signed_by", "language", "network")
    list_filter = ("version__key", "language", ("signed_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("application__number__iexact", "merchant__shop_name__istartswith", "signed_by__email__iexact")
    fields = (
        "agreement", "number", "who_for", "signed_by", "when", "language", "network", "text_hash", "text",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreementSigning]:
        return super().get_queryset(request).select_related("version", "application", "merchant", "signed_by")

    @display(description=gettext_lazy("signed"), ordering="signed_at")
    def when(self, signing: AgreementSigning) -> str:
        return formats.at(signing.signed_at)

    @display(description=gettext_lazy("agreement"))
    def agreement(self, signing: AgreementSigning) -> str:
        return signing.title

    @display(description=gettext_lazy("version"))
    def number(self, signing: AgreementSigning) -> int:
        return signing.version.number

    @display(description=gettext_lazy("signed for"))
    def who_for(self, signing: AgreementSigning) -> str:
        return str(signing.application or signing.merchant)

    @display(description=gettext_lazy("text"))
    def text(self, signing: AgreementSigning) -> SafeString:
        url = reverse("merchants:agreement", args=[signing.version_id])
        return format_html('<a href="{}">{}</a>', url, _("Read the version that was signed"))
