"""Rows of files: leads, and the merchants of a marketplace that had them before."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import CharWidget, Widget
from stdnum.cn import uscc

from merchants.checks.identity import compact
from merchants.leads import services
from merchants.leads.models import Lead
from merchants.models import Category, Merchant, ShopType
from shopops.exchange.registry import Column, Exchange


class DayWidget(Widget):
    """2026-10-01 or 2026/10/01."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        text = str(value or "").strip().replace("/", "-")
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(_("“%(value)s” is no day. Write it as 2026-10-01.") % {"value": value}) from None


class MomentWidget(Widget):
    """2026-10-01 14:30, in the marketplace's time unless it names its zone; a day alone is its midnight."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.datetime | None:
        text = str(value or "").strip().replace("/", "-")
        if not text:
            return None
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(_("“%(value)s” is no moment. Write it as 2026-10-01 14:30.") % {"value": value}) from None
        return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())


class ChoiceWidget(CharWidget):
    """One of the codes; a word in either language is accepted as well."""

    def __init__(self, choices: list[tuple[str, Any]], default: str) -> None:
        super().__init__()
        self.choices, self.default = choices, default

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip()
        if not text:
            return self.default
        for code, label in self.choices:
            if text.lower() in (code, str(label).lower()):
                return code
        raise ValueError(
            _("“%(value)s” is none of: %(codes)s.")
            % {"value": text, "codes": ", ".join(code for code, _label in self.choices)}
        )


class Resource(ModelResource):
    """What both have in common: an empty cell of a known row leaves what is there."""

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        empty = not str(row.get(field.column_name) or "").strip()
        if instance.pk and empty:
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """As the base does it, but a state that only transitions may set is not cleaned: that would set it."""
        errors = dict(import_validation_errors or {})
        protected = {each.name for each in instance._meta.fields if getattr(each, "protected", False)}
        try:
            instance.full_clean(exclude={*errors, *protected}, validate_unique=validate_unique)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


class LeadResource(Resource):
    """A lead by its id. Once it was won and its shop is known, that does not change."""

    lead = Field("external_id", "lead")
    contacted_on = Field("contacted_on", "contacted_on", widget=DayWidget())
    won_at = Field("won_at", "won_at", widget=MomentWidget())
    shop = Field("seller_id", "shop")

    class Meta:
        model = Lead
        fields = (
            "lead", "contacted_on", "channel", "landing_page", "segment", "lead_type", "business_type", "shop_name",
            "email", "won_at", "shop",
        )  # fmt: skip
        import_id_fields = ("lead",)
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for column in ("lead", "contacted_on"):
            if column in row and not str(row[column]).strip():
                raise ValidationError({column: _("This cell is empty; every lead needs it.")})

    def before_save_instance(self, instance: Lead, row: Any, **kwargs: Any) -> None:
        if instance.won_at and instance.won_at > timezone.now():
            raise ValidationError({"won_at": _("This moment has not come yet.")})


#: What of a shop is a key fact: a file may not change it behind the merchant's back.
KEY_FACTS = (
    "shop_name", "legal_name", "uscc", "shop_type", "category", "brand", "scope", "legal_form", "address",
    "registered_capital", "established_on", "legal_person", "id_number", "bank_name", "bank_account",
)  # fmt: skip


class MerchantResource(Resource):
    """A shop by its external id. New ones are made; of known ones contacts, channel, segment and region change."""

    shop = Field("external_id", "shop")
    shop_type = Field("shop_type", "shop_type", widget=ChoiceWidget(ShopType.choices, ShopType.MULTI_BRAND))
    category = Field("category", "category", widget=ChoiceWidget(Category.choices, Category.OTHER))
    established_on = Field("established_on", "established_on", widget=DayWidget())
    opened_on = Field("opened_at", "opened_on", widget=MomentWidget())

    class Meta:
        model = Merchant
        fields = ("shop", *KEY_FACTS, "region", "contact_name", "contact_phone", "channel", "segment", "opened_on")
        import_id_fields = ("shop",)
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for column in ("shop", "shop_name"):
            if column in row and not str(row[column]).strip():
                raise ValidationError({column: _("This cell is empty; every shop needs it.")})
        if code := compact(row.get("uscc") or ""):
            row["uscc"] = code
            if not uscc.is_valid(code):
                raise ValidationError(
                    {
                        "uscc": _("“%(code)s” is no credit code: 18 characters, the last one proves the others.")
                        % {"code": code}
                    }
                )

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        before = getattr(instance, field.attribute)
        super().import_field(field, instance, row, is_m2m, **kwargs)
        if instance.pk and field.attribute in KEY_FACTS and getattr(instance, field.attribute) != before:
            raise ValueError(
                _("The shop has another value of this key fact. It changes through a change request of the shop.")
            )
        if field.attribute == "opened_at" and instance.opened_at is None:
            instance.opened_at = before


def _column(name: str, help: Any, example: str = "", **more: Any) -> Column:
    return Column(name, help, example, **more)


LEADS = Exchange(
    code="leads",
    label=gettext_lazy("Leads"),
    help=gettext_lazy("Contacts of the sales team. A lead that was won and became a shop appears as an application."),
    permission="leads.import_lead",
    columns=(
        _column("lead", gettext_lazy("The sales system's own id"), "L-1001", required=True),
        _column("contacted_on", gettext_lazy("Day of the first contact"), "2026-10-01", required=True),
        _column("channel", gettext_lazy("How the lead came: search, social, referral…"), "paid_search"),
        _column("landing_page", gettext_lazy("Page that the lead came over"), "spring-offer"),
        _column("segment", gettext_lazy("What the lead would sell"), "home_decor"),
        _column("lead_type", gettext_lazy("Type of lead"), "online_medium"),
        _column("business_type", gettext_lazy("reseller, manufacturer"), "reseller"),
        _column("shop_name", gettext_lazy("Name of the shop"), "Harbour Lamps"),
        _column(
            "email", gettext_lazy("E-mail; who applies with it is recognised"), "owner@harbour.example", personal=True
        ),
        _column("won_at", gettext_lazy("When the lead agreed to come"), "2026-10-20 14:30"),
        _column("shop", gettext_lazy("The marketplace's id of the shop that it became"), "S-77"),
    ),
    resource=LeadResource,
    after_rows=services.take_in,
    list_url=reverse_lazy("admin:leads_lead_changelist"),
)
MERCHANTS = Exchange(
    code="merchants",
    label=gettext_lazy("Shops"),
    help=gettext_lazy(
        "Shops that the marketplace has already. New ones are made; of known ones contacts, region, channel and "
        "segment may change, key facts through a change request only."
    ),
    permission="merchants.import_merchant",
    columns=(
        _column("shop", gettext_lazy("The marketplace's own id of the shop"), "S-77", required=True),
        _column("shop_name", gettext_lazy("Name of the shop"), "Harbour Lamps", required=True),
        _column("legal_name", gettext_lazy("Name on the licence"), "杭州港湾灯具有限公司"),
        _column("uscc", gettext_lazy("Credit code, 18 characters"), "914403001922038216"),
        _column("shop_type", ", ".join(ShopType.values), "multi_brand"),
        _column("category", ", ".join(Category.values), "home"),
        _column("brand", gettext_lazy("Brand"), "Harbour"),
        _column("scope", gettext_lazy("Business scope"), "灯具销售"),
        _column("legal_form", gettext_lazy("Type on the licence"), "有限责任公司"),
        _column("address", gettext_lazy("Registered address"), "杭州市西湖区"),
        _column("registered_capital", gettext_lazy("Registered capital as printed"), "贰佰万元整"),
        _column("established_on", gettext_lazy("Day of foundation"), "2021-04-16"),
        _column("legal_person", gettext_lazy("Legal person"), personal=True),
        _column("id_number", gettext_lazy("ID number of the legal person"), personal=True),
        _column("bank_name", gettext_lazy("Bank")),
        _column("bank_account", gettext_lazy("Bank account"), personal=True),
        _column("region", gettext_lazy("Region"), "浙江"),
        _column("contact_name", gettext_lazy("Contact"), personal=True),
        _column("contact_phone", gettext_lazy("Phone"), personal=True),
        _column("channel", gettext_lazy("How the shop came to us"), "referral"),
        _column("segment", gettext_lazy("Segment"), "lighting"),
        _column("opened_on", gettext_lazy("When the shop opened"), "2024-03-01"),
    ),
    resource=MerchantResource,
    list_url=reverse_lazy("admin:merchants_merchant_changelist"),
)
