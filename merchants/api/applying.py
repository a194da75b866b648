"""The applicant's steps through the API: start, fill in, upload, sign, submit, answer, withdraw."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from merchants import agreements, services
from merchants.api.applying_serializers import (
    AgreementStateSerializer,
    ApplicationFormSerializer,
    DetailsSerializer,
    DocumentSerializer,
    RequestAnswerSerializer,
    RequestSerializer,
    SignSerializer,
    StartSerializer,
    UploadSerializer,
)
from merchants.api.scopes import APPLICATIONS_WRITE
from merchants.document_forms import FACT_FIELDS, DocumentForm
from merchants.errors import NotComplete, OnboardingError
from merchants.forms import AnswerForm, DetailsForm
from merchants.gaps import checklist_policy
from merchants.models import Application, Document, InfoRequest
from merchants.services.invitations import account_for
from shopops.accounts.models import User
from shopops.api.problems import Conflict, Refused
from shopops.api.views import ApiMixin
from shopops.network import coarse_network

_DOCUMENT = OpenApiParameter("document", OpenApiTypes.INT64, "path", description="The document's id.")
_REQUEST = OpenApiParameter("request_id", OpenApiTypes.INT64, "path", description="The request's id.")
_ID = "[0-9]{1,18}"
#: A list that has no pages and cannot be narrowed.
_WHOLE: dict[str, Any] = {"pagination_class": None, "filter_backends": []}
#: Actions that reach one's own applications alone, whatever else the caller may read.
WRITES = frozenset(
    {"create", "partial_update", "form", "documents", "upload", "remove_document", "agreements", "sign", "submit",
     "withdraw", "again", "requests", "answer"}
)  # fmt: skip


class ApplicantActions(ApiMixin):
    """Added to the viewset of applications. A person acts on their own; a key of the platform with
    "applications:write" acts for applicants."""

    def writable(self) -> QuerySet[Application]:
        """The applications that the caller may act on."""
        caller = self.principal
        if caller.user is not None:
            return Application.objects.filter(applicant=caller.user)
        acts_for_all = caller.key is not None and caller.reach(APPLICATIONS_WRITE.code) is None
        return Application.objects.all() if acts_for_all else Application.objects.none()

    @extend_schema(request=StartSerializer, responses={201: ApplicationFormSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a draft, or get the one that is there: a person has one at a time."""
        said = _valid(StartSerializer(data=request.data))
        application = services.start_application(
            applicant=self._applicant(said.get("applicant_email", "")),
            channel=said.get("channel", ""),
            segment=said.get("segment", ""),
        )
        address = self.reverse_action("detail", args=[application.number])  # type: ignore[attr-defined]
        return Response(_form(application), status=201, headers={"Location": address})

    def _applicant(self, email: str) -> User:
        if self.principal.user is not None:
            if email and email.lower() != self.principal.user.email.lower():
                raise Refused(_("You apply for yourself: leave this out."), field="applicant_email")
            return self.principal.user
        if not email:
            raise Refused(_("A key names the applicant by e-mail."), field="applicant_email", code="required")
        applicant = account_for(email)
        if not applicant.is_active or applicant.is_staff:
            raise Refused(_("This account cannot apply for a shop."), field="applicant_email")
        return applicant

    @extend_schema(request=DetailsSerializer, responses=ApplicationFormSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Save details of a draft: the fields that are sent, all of them or none."""
        said = _valid(DetailsSerializer(data=request.data))
        application = self._own()
        form = DetailsForm({name: value or "" for name, value in said.items()}, instance=application, only=list(said))
        if said and not form.is_valid():
            raise _wrong(form)
        values = {name: form.cleaned_data[name] for name in said}
        return Response(_form(self._do(services.save_details, application=self._own(), **values)))

    @extend_schema(responses=ApplicationFormSerializer)
    @action(detail=True, methods=["get"])
    def form(self, request: Request, number: str) -> Response:
        """What is filled in, personal data masked, and what is still missing."""
        return Response(_form(self._own()))

    @extend_schema(responses=DocumentSerializer(many=True), operation_id="applications_documents_list")
    @action(detail=True, methods=["get"], parser_classes=[MultiPartParser], **_WHOLE)
    def documents(self, request: Request, number: str) -> Response:
        """The current documents."""
        return Response(DocumentSerializer(self._own().documents.current(), many=True).data)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: DocumentSerializer},
        operation_id="applications_documents_create",
    )
    @documents.mapping.post
    def upload(self, request: Request, number: str) -> Response:
        """Upload a document with what is printed on it (multipart). The same file again brings its facts up to date."""
        application = self._own()
        said = _valid(UploadSerializer(data=request.data))
        body = checklist_policy(application)
        kind = said["type"]
        if kind not in body.documents:
            raise Refused(_("The checklist knows no document of this type."), field="type", code="does_not_exist")
        sent = {f"{kind}-{name}": said.get(name) or "" for name in FACT_FIELDS.values()}
        form = DocumentForm(sent, {f"{kind}-file": said["file"]}, policy=body, types=(kind,))
        if not form.is_valid():
            raise _wrong(form)
        try:
            document = self._do(
                services.add_document,
                application=application,
                type=kind,
                file=form.cleaned_data["file"],
                actor=self.principal.actor,
                **form.facts,
            )
        except ValidationError as error:
            raise serializers.ValidationError({"file": error.messages}) from error
        return Response(DocumentSerializer(document).data, status=201)

    @extend_schema(parameters=[_DOCUMENT], responses={204: None})
    @action(detail=True, methods=["delete"], url_path=rf"documents/(?P<document>{_ID})", url_name="document")
    def remove_document(self, request: Request, number: str, document: str) -> Response:
        """Take a document out."""
        found = Document.objects.current().filter(application=self._own(), pk=int(document)).first()
        if found is None:
            raise Http404
        self._do(services.remove_document, document=found)
        return Response(status=204)

    @extend_schema(responses=AgreementStateSerializer(many=True), operation_id="applications_agreements_list")
    @action(detail=True, methods=["get"], **_WHOLE)
    def agreements(self, request: Request, number: str) -> Response:
        """The agreements that this application needs, and which of them are signed."""
        return Response(_agreements(self._own()))

    @extend_schema(
        request=SignSerializer,
        responses=AgreementStateSerializer(many=True),
        operation_id="applications_agreements_sign",
    )
    @agreements.mapping.post
    def sign(self, request: Request, number: str) -> Response:
        """Sign one version in force. `text_hash` is the SHA-256 of the text that the applicant was shown."""
        application = self._own()
        said = _valid(SignSerializer(data=request.data))
        version = agreements.published(said["version"])
        if version is None:
            raise Refused(_("There is no agreement with this id."), field="version", code="does_not_exist")
        if version.text_hash(said["language"]) != said["text_hash"]:
            raise Refused(_("This is not the hash of that text in that language."), field="text_hash")
        self._do(
            agreements.sign,
            version=version,
            application=application,
            actor=self.principal.actor,
            language=said["language"],
            network=coarse_network(request._request),
        )
        return Response(_agreements(application))

    @extend_schema(request=None, responses=ApplicationFormSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, number: str) -> Response:
        """Hand it in, for the first time or after corrections. 422 names what is missing; 409 when it was handed in."""
        return Response(_form(self._do(services.submit, application=self._own(), actor=self.principal.actor)))

    @extend_schema(request=None, responses=ApplicationFormSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Take it back; the review ends."""
        return Response(_form(self._do(services.withdraw, application=self._own(), actor=self.principal.actor)))

    @extend_schema(request=None, responses={201: ApplicationFormSerializer})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, number: str) -> Response:
        """Start a new draft with everything that a rejected or withdrawn application had."""
        fresh = self._do(services.apply_again, application=self._own(), actor=self.principal.actor)
        return Response(_form(fresh), status=201)

    @extend_schema(responses=RequestSerializer(many=True), operation_id="applications_requests_list")
    @action(detail=True, methods=["get"], **_WHOLE)
    def requests(self, request: Request, number: str) -> Response:
        """What reviewers asked for, item by item, the oldest first."""
        found = self._own().info_requests.select_related("decision__policy_version")
        return Response(RequestSerializer(found, many=True).data)

    @extend_schema(parameters=[_REQUEST], request=RequestAnswerSerializer, responses=RequestSerializer)
    @action(detail=True, methods=["post"], url_path=rf"requests/(?P<request_id>{_ID})", url_name="request")
    def answer(self, request: Request, number: str, request_id: str) -> Response:
        """Answer one item. One about a document is answered after the document was uploaded."""
        application = self._own()
        asked = InfoRequest.objects.select_related("decision__policy_version")
        ask = asked.filter(application=application, pk=int(request_id)).first()
        if ask is None:
            raise Http404
        said = _valid(RequestAnswerSerializer(data=request.data))
        values = {"text": said.get("text", "")}
        if not ask.item.startswith("document."):
            form = AnswerForm(said, application=application, item=ask.item)
            if not form.is_valid():
                raise _wrong(form)
            values = {name: form.cleaned_data.get(name, "") for name in ("value", "text")}
        elif not _uploaded_since(application, ask):
            raise Refused(_("Upload the document first, then answer."), field="value", code="required")
        return Response(RequestSerializer(self._do(services.answer, request=ask, **values)).data)

    def _own(self) -> Application:
        found: Application = self.get_object()  # type: ignore[attr-defined]
        return found

    def _do(self, service: Any, **values: Any) -> Any:
        """Call a service; what it refuses becomes a problem."""
        try:
            return service(**values)
        except NotComplete as error:
            raise Refused(" ".join(error.problems)) from error
        except OnboardingError as error:
            raise Conflict(str(error)) from error


def _wrong(form: BaseForm) -> serializers.ValidationError:
    """What a form found, as the API says it."""
    return serializers.ValidationError({name: [str(each) for each in errors] for name, errors in form.errors.items()})


def _uploaded_since(application: Application, ask: InfoRequest) -> bool:
    kind = ask.item.partition(".")[2]
    return application.documents.current().filter(type=kind, uploaded_at__gt=ask.decision.at).exists()


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    said: dict[str, Any] = serializer.validated_data
    return said


def _form(application: Application) -> dict[str, Any]:
    return dict(ApplicationFormSerializer(application).data)


def _agreements(application: Application) -> list[dict[str, Any]]:
    signed = {each.version_id: each.signed_at for each in application.signings.all()}
    language = get_language() or "en"
    return [
        {
            "version": each.pk,
            "key": each.key,
            "number": each.version.number,
            "title": each.title,
            "text_hash": each.text_hash(language),
            "signed_at": signed.get(each.pk),
        }
        for each in agreements.asked(application=application)
    ]
