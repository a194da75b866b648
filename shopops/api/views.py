"""What every view of the API does before its own work: count the caller, ask for the scope, refuse what it does not
know, answer a repeated POST from the store."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, ErrorDetail, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from shopops.api import idempotency, limits
from shopops.api.principals import Principal, principal
from shopops.api.problems import InvalidParameters
from shopops.audit import services as audit
from shopops.network import client_network


class ApiMixin(APIView):
    """Base of every view below /api/.

    `scopes` names the scope for "read" and "write", or for an action by its name; `query_parameters` what the address
    may carry besides the parameters of paging and of `filterset_class`; `max_body` how many bytes a body may have;
    `problems` what an action may answer besides the problems that it shares with others, for the description.
    """

    scopes: ClassVar[dict[str, str]] = {}
    query_parameters: ClassVar[dict[str, tuple[str, ...]]] = {}
    max_body: ClassVar[int | None] = None
    problems: ClassVar[dict[str, tuple[str, ...]]] = {}
    http_method_names = ("get", "post", "put", "patch", "delete", "head")

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return principal(self.request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """DRF's, with an audit log that knows by what means something is done."""
        before = audit.means.set("")
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            audit.means.reset(before)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and count it; a wrong key counts for the network that it came from."""
        try:
            caller = principal(request)
        except AuthenticationFailed:
            self._count(request, "network", client_network(request._request))
            raise
        if caller.key is not None:
            # The person answers for the key and did not do it: entries say through which key it was done.
            audit.means.set(f"API key {caller.key.presented}")
        if caller.code:
            self._count(request, caller.code.partition(":")[0], caller.code)
        else:
            self._count(request, "network", client_network(request._request))

    def _count(self, request: Request, kind: str, who: str) -> None:
        try:
            rate = limits.take(kind, who)
        except limits.TooMany as error:
            request._request.api_rate = error.rate  # type: ignore[attr-defined]
            raise
        request._request.api_rate = rate  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's checks, then ours."""
        super().initial(request, *args, **kwargs)
        self._refuse_unknown_parameters(request)
        if request.method == "POST" and (key := idempotency.key_of(request)) is not None:
            self._answer_once(request, key)

    def check_permissions(self, request: Request) -> None:
        """A method that nobody may use here is told before a scope that is missing."""
        if not hasattr(self, (request.method or "").lower()):
            raise MethodNotAllowed(request.method or "")
        super().check_permissions(request)

    def _answer_once(self, request: Request, key: str) -> None:
        """Put the store around the handler that DRF calls next."""
        handler: Callable[..., HttpResponseBase] = getattr(self, "post", self.http_method_not_allowed)

        def once(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            handle = partial(handler, request, *args, **kwargs)
            return idempotency.answer_once(request=request, principal=self.principal.code, key=key, handle=handle)

        self.post = once

    def known_parameters(self) -> set[str]:
        """The parameters that the address may carry for what is asked."""
        action = getattr(self, "action", None) or ""
        known = {"lang", *self.query_parameters.get(action, ())}
        if action != "list":
            return known
        pages = getattr(self, "pagination_class", None)
        if pages is not None:
            known |= {pages.cursor_query_param, pages.page_size_query_param}
        filters = getattr(self, "filterset_class", None)
        return known | set(filters.base_filters if filters is not None else ())

    def _refuse_unknown_parameters(self, request: Request) -> None:
        known = self.known_parameters()
        wrong: dict[str, list[ErrorDetail]] = {
            name: [ErrorDetail(_("This address takes no parameter of this name."), "unknown")]
            for name in request.query_params
            if name not in known
        }
        for name, values in request.query_params.lists():
            if name in known and len(values) > 1:
                wrong[name] = [ErrorDetail(_("This parameter was given more than once."), "repeated")]
            elif name in known and not values[0].strip():
                # An empty filter would quietly be none, and the answer be everything.
                wrong[name] = [ErrorDetail(_("This parameter is empty."), "empty")]
        if wrong:
            raise InvalidParameters(wrong)
