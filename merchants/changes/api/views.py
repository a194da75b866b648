"""Changes through the API: shops ask, operators decide."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from merchants.changes import selectors, services
from merchants.changes.api.filters import ChangeRequestFilter, VerificationFilter
from merchants.changes.api.scopes import CHANGES_DECIDE, CHANGES_READ, MERCHANTS_WRITE
from merchants.changes.api.serializers import (
    AskForChangeSerializer,
    ChangeDecisionSerializer,
    ChangeRequestSerializer,
    ContactsChangedSerializer,
    ContactsSerializer,
    VerificationSerializer,
    facts_of,
)
from merchants.changes.errors import ChangedMeanwhile, DecidedAlready, NotComplete, OnboardingError, OneOpen, OnHold
from merchants.changes.models import ChangeDecision, ChangeRequest, Verification
from merchants.changes.services.requests import Paper
from merchants.models import Document, Merchant
from shopops.api.pagination import CursorPages
from shopops.api.problems import Conflict, Refused
from shopops.api.views import ApiMixin

#: Six files of 10 MB in Base64.
MAX_BODY = 90_000_000


class NewestFirst(CursorPages):
    """By number of the row."""

    ordering = ("-id",)


@contextmanager
def problems() -> Iterator[None]:
    """Turn what the services refuse into problems."""
    try:
        yield
    except NotComplete as error:
        raise Refused(" ".join([str(error), *error.problems])) from error
    except (OneOpen, ChangedMeanwhile, DecidedAlready, OnHold) as error:
        raise Conflict(str(error)) from error
    except OnboardingError as error:
        raise Refused(str(error)) from error
    except KeyError as error:
        detail = _("There is no document of the type “%(type)s”.") % {"type": error.args[0]}
        raise Refused(detail, field="documents", code="invalid_choice") from error


class ChangeRequestViewSet(
    ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ChangeRequest]
):
    """Change requests of one's own shops; all that were handed in for operators who may see them."""

    serializer_class = ChangeRequestSerializer
    queryset = ChangeRequest.objects.none()
    pagination_class = NewestFirst
    filterset_class = ChangeRequestFilter
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]{1,20}"
    max_body = MAX_BODY
    scopes = {
        "read": CHANGES_READ.code,
        "create": MERCHANTS_WRITE.code,
        "withdraw": MERCHANTS_WRITE.code,
        "decide": CHANGES_DECIDE.code,
    }

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        scope = self.scopes.get(self.action or "", CHANGES_READ.code)
        found = ChangeRequest.objects.select_related("merchant", "policy_version").prefetch_related("values", "proofs")
        if self.principal.reach(scope) is None:
            found = found.exclude(submissions=0)
        if self.action == "list":
            found = found.prefetch_related("decisions", selectors.with_documents())
        return self.principal.narrow(found, scope)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The requests, the newest first."""
        page = cast("list[ChangeRequest]", self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        context = {**self.get_serializer_context(), "promised": selectors.promised_dates(page)}
        return self.get_paginated_response(ChangeRequestSerializer(page, many=True, context=context).data)

    @extend_schema(request=AskForChangeSerializer, responses={201: ChangeRequestSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask for a change with its proofs, or hand in a newer document. 409 when one of the fields has an open request
        already; 422 while a risky field is held after an unusual sign-in."""
        said = AskForChangeSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        values = said.validated_data
        merchant = self._merchant(values.get("merchant"))
        papers = [
            Paper(each["type"], SimpleUploadedFile(each["file_name"], each["content"]), facts_of(each))
            for each in values.get("documents", [])
        ]
        with problems():
            made = self._asked(merchant, values, papers)
        address = self.reverse_action("detail", args=[made.number])
        return Response(self.get_serializer(made).data, status=201, headers={"Location": address})

    def _asked(self, merchant: Merchant, values: dict[str, Any], papers: Sequence[Paper]) -> ChangeRequest:
        actor, reason = self.principal.actor, values.get("reason", "")
        if values.get("values"):
            return services.request_change(
                merchant=merchant, values=values["values"], documents=papers, actor=actor, reason=reason
            )
        if len(papers) != 1:
            raise Refused(_("Send new values, or exactly one newer document."), field="documents", code="required")
        replaces = None
        if "renews" in values:
            replaces = Document.objects.current().filter(
                merchant=merchant, pk=values["renews"], type=papers[0].type
            ).first()  # fmt: skip
            if replaces is None:
                detail = _("The shop has no such document of this type.")
                raise Refused(detail, field="renews", code="does_not_exist")
        try:
            return services.renew_document(
                merchant=merchant, paper=papers[0], actor=actor, replaces=replaces, reason=reason
            )
        except ValueError as error:
            raise KeyError(papers[0].type) from error

    def _merchant(self, wanted: int | None) -> Merchant:
        """The shop that is meant: the key's, the only one, or the one that is named."""
        shops = self.principal.narrow(Merchant.objects.order_by("pk"), MERCHANTS_WRITE.code, by="pk")
        if wanted is not None:
            shops = shops.filter(pk=wanted)
        found = list(shops[:2])
        if not found:
            raise Refused(_("There is no shop with this id."), field="merchant", code="does_not_exist")
        if len(found) > 1:
            raise Refused(_("You have several shops. Name the shop."), field="merchant", code="required")
        return found[0]

    @extend_schema(request=None, responses=ChangeRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Take a request back; 409 when it is decided."""
        with problems():
            done = services.withdraw(request=self.get_object(), actor=self.principal.actor)
        return Response(self.get_serializer(done).data)

    @extend_schema(request=ChangeDecisionSerializer, responses=ChangeRequestSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Approve, send back or reject. Where two people decide, the first approval proposes. 409 when the shop's
        values are no longer those of `version`, or somebody was faster."""
        change = self.get_object()
        said = ChangeDecisionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        values = said.validated_data
        actor, note, reasons = self.principal.actor, values.get("note", ""), values.get("reasons", [])
        with problems():
            if values["decision"] == ChangeDecision.Kind.APPROVE:
                done = services.approve(request=change, actor=actor, seen=values["version"], note=note)
            elif values["decision"] == ChangeDecision.Kind.NEEDS_INFO:
                done = services.ask_for_corrections(request=change, actor=actor, reasons=reasons, note=note)
            else:
                done = services.reject(request=change, actor=actor, reasons=reasons, note=note)
        return Response(self.get_serializer(done).data)


class ContactsViewSet(ApiMixin, viewsets.GenericViewSet[Merchant]):
    """The contacts of a shop."""

    serializer_class = ContactsChangedSerializer
    queryset = Merchant.objects.none()
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {"partial_update": MERCHANTS_WRITE.code, "write": MERCHANTS_WRITE.code}

    def get_queryset(self) -> QuerySet[Merchant]:
        return self.principal.narrow(Merchant.objects.all(), MERCHANTS_WRITE.code, by="pk")

    @extend_schema(request=ContactsSerializer, responses=ContactsChangedSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change contact, phone or region at once; 422 for another phone after an unusual sign-in, with until when."""
        merchant = self.get_object()
        said = ContactsSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        with problems():
            change = services.apply_contacts(merchant=merchant, values=said.validated_data, actor=self.principal.actor)
        return Response({"merchant": merchant.pk, "changed": list(change.fields) if change else []})


class VerificationViewSet(
    ApiMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Verification]
):
    """Re-verifications of one's own shops; all for operators who may see them. They are answered in the portal."""

    serializer_class = VerificationSerializer
    queryset = Verification.objects.none()
    pagination_class = NewestFirst
    filterset_class = VerificationFilter
    lookup_value_regex = "[0-9]{1,18}"
    scopes = {"read": CHANGES_READ.code}

    def get_queryset(self) -> QuerySet[Verification]:
        found = Verification.objects.select_related("merchant", "campaign").prefetch_related("answers")
        if self.action == "list":
            found = found.prefetch_related(selectors.with_documents())
        return self.principal.narrow(found, CHANGES_READ.code)
