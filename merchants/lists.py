"""Finding and narrowing in the console's lists of merchants, applications and documents, at a million rows as well."""

import datetime as dt
import re
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import policy
from merchants.models import Application, Document, Merchant
from shopops.fields import digest

#: What may be a phone: at least seven digits, perhaps with a plus, spaces, hyphens.
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,18}[0-9]")
_CODE = re.compile(r"[0-9A-Za-z]{18}")


def phone_digests(term: str) -> list[str]:
    """The digests under which a typed phone may be stored: as it was typed, without and with +86."""
    digits = "".join(character for character in term if character.isdigit())
    bare = digits.removeprefix("86") if len(digits) == 13 else digits
    return sorted({digest(each) for each in (digits, bare, f"86{bare}")})


def _exactly(term: str, numbers: Q) -> Q:
    found = numbers
    if _CODE.fullmatch(term):
        found |= Q(uscc=term.upper())
    if _PHONE.fullmatch(term):
        found |= Q(phone_digest__in=phone_digests(term))
    return found


def search_merchants(merchants: QuerySet[Merchant], term: str) -> QuerySet[Merchant]:
    """By the marketplace's id, credit code or phone when these are typed in full; else by a part of the names.

    The exact ways are look-ups by index. Names are matched by a regular expression because that, unlike LIKE without
    regard to case, uses their trigram indexes.
    """
    typed = " ".join(term.split())
    if not typed:
        return merchants
    exactly = merchants.filter(_exactly(typed, Q(external_id=typed)))
    if exactly.exists():
        return exactly
    part = re.escape(typed)
    return merchants.filter(Q(shop_name__iregex=part) | Q(legal_name__iregex=part))


def search_applications(applications: QuerySet[Application], term: str) -> QuerySet[Application]:
    """By number, credit code, phone or the applicant's e-mail in full; else by a part of the names."""
    typed = " ".join(term.split())
    if not typed:
        return applications
    numbers = Q(number=typed.upper())
    if "@" in typed:
        numbers |= Q(applicant__email__iexact=typed)
    exactly = applications.filter(_exactly(typed, numbers))
    if exactly.exists():
        return exactly
    return applications.filter(Q(shop_name__icontains=typed) | Q(legal_name__icontains=typed))


def search_documents(documents: QuerySet[Document], term: str) -> QuerySet[Document]:
    """By the document's or application's number or the shop's id in full; else by holder or shop name."""
    typed = " ".join(term.split())
    if not typed:
        return documents
    exactly = documents.filter(Q(number=typed) | Q(application__number=typed.upper()) | Q(merchant__external_id=typed))
    if exactly.exists():
        return exactly
    return documents.filter(Q(holder__icontains=typed) | Q(merchant__shop_name__iregex=re.escape(typed)))


def _today() -> dt.date:
    return timezone.localtime(timezone.now(), timezone.get_default_timezone()).date()


class AgeFilter(admin.SimpleListFilter):
    """How long an application has been waiting for the marketplace."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("day", _("less than a day")),
            ("days", _("1 to 3 days")),
            ("long", _("longer than 3 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        now = timezone.now()
        day, three = now - dt.timedelta(days=1), now - dt.timedelta(days=3)
        waiting = queryset.filter(state__in=Application.WITH_REVIEW)
        match self.value():
            case "day":
                return waiting.filter(submitted_at__gte=day)
            case "days":
                return waiting.filter(submitted_at__lt=day, submitted_at__gte=three)
            case "long":
                return waiting.filter(submitted_at__lt=three)
        return queryset


_ENDS = {"over": -1, "7": 7, "15": 15, "30": 30, "90": 90}


class _EndFilter(admin.SimpleListFilter):
    """When documents end: over already, or within so many days."""

    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        within = [(str(days), _("within %(days)s days") % {"days": days}) for days in (7, 15, 30, 90)]
        return [("over", _("ran out")), *within]

    def ending(self) -> Q | None:
        """What current documents have to fulfil; None for all."""
        value = self.value()
        if value not in _ENDS:
            return None
        today = _today()
        if value == "over":
            return Q(expires_on__lt=today, replaced_at__isnull=True)
        last = today + dt.timedelta(days=_ENDS[value])
        return Q(expires_on__gte=today, expires_on__lte=last, replaced_at__isnull=True)


class DocumentEndFilter(_EndFilter):
    """Documents by their end."""

    title = gettext_lazy("valid until")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        ending = self.ending()
        return queryset if ending is None else queryset.filter(ending)


class MerchantEndFilter(_EndFilter):
    """Merchants with a document that ends."""

    title = gettext_lazy("document ends")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Merchant]) -> QuerySet[Merchant]:
        ending = self.ending()
        if ending is None:
            return queryset
        return queryset.filter(Exists(Document.objects.filter(ending, merchant=OuterRef("pk"))))


class CurrentFilter(admin.SimpleListFilter):
    """Documents that count now, unless the replaced ones are asked for."""

    title = gettext_lazy("replaced")
    parameter_name = "replaced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("in force")), ("yes", _("replaced"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        if self.value() in ("no", "yes"):
            return queryset.filter(replaced_at__isnull=self.value() == "no")
        return queryset


class TypeFilter(admin.SimpleListFilter):
    """The document types of the policy in force; nothing has to be counted for them."""

    title = gettext_lazy("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        body = policy.active()[1]
        return [(code, body.document_name(code)) for code in body.documents]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class VerifiedFilter(admin.SimpleListFilter):
    """How long ago identity, address and documents were confirmed."""

    title = gettext_lazy("verified")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(days), _("longer than %(days)s days ago") % {"days": days}) for days in (90, 180, 365)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Merchant]) -> QuerySet[Merchant]:
        if self.value() not in ("90", "180", "365"):
            return queryset
        return queryset.filter(verified_at__lt=timezone.now() - dt.timedelta(days=int(self.value() or 0)))
