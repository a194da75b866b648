"""Every address there is, from the resolver, with what its view declares about who may come in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse

from shopops.api.scopes import Scope, scopes
from tests.doors.world import World


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: its full name ("orders:detail"), where it is written, its arguments, its view."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    view: Any

    def __str__(self) -> str:
        return f"{self.name or '(unnamed)'}  /{self.pattern}"

    @property
    def area(self) -> str:
        """The first part of the address: "admin", "portal", "api"."""
        return self.pattern.partition("/")[0]

    @property
    def model_admin(self) -> Any:
        return getattr(self.view, "model_admin", None)

    @property
    def model(self) -> Any:
        """What a list or form of the console is about; Django's page for passwords names none."""
        if self.name == "admin:auth_user_password_change":
            return get_user_model()
        return self.model_admin.model if self.model_admin else None

    @property
    def needs(self) -> tuple[str, str] | None:
        """The portal rights for reading and for sending; None for pages that are no portal pages."""
        read = getattr(self.view, "portal_needs", None)
        return None if read is None else (read, self.view.portal_posts)

    @property
    def console(self) -> tuple[str, ...] | None:
        """The permissions of a console page of our own."""
        return getattr(self.view, "console_permissions", None)

    @property
    def actions(self) -> dict[str, str]:
        """An API route's methods with the names of what they do; empty for pages.

        Once it was asked for, a view answers HEAD too, as GET without the body.
        """
        actions: dict[str, str] = getattr(self.view, "actions", None) or {}
        return {method: name for method, name in actions.items() if method != "head"}

    def scope(self, method: str) -> Scope | None:
        """The scope that the API asks for with this method, as the viewset declares it; None: it declares none."""
        declared = getattr(self.view.cls, "scopes", {})
        code = declared.get(self.actions.get(method.lower(), "")) or declared.get(
            "read" if method == "GET" else "write"
        )
        return scopes.get(code) if code else None


def every() -> list[Route]:
    """All routes, in the order in which they are tried."""
    return list(_below(get_resolver().url_patterns, "", ()))


def _below(patterns: list[Any], prefix: str, spaces: tuple[str, ...], known: tuple[str, ...] = ()) -> Iterator[Route]:
    for entry in patterns:
        written = prefix + str(entry.pattern)
        names = (*known, *(entry.pattern.converters or entry.pattern.regex.groupindex))
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _below(entry.url_patterns, written, inner, names)
        elif isinstance(entry, URLPattern):
            yield Route(":".join((*spaces, entry.name or "")) if entry.name else "", written, names, entry.callback)


#: Arguments that mean the same wherever they appear.
WORDS: dict[str, Any] = {
    "token": "wrong-token", "key": "wrong-key", "uidb36": "1", "field": "contact_name", "code": "schedule",
    "main": "business_licence", "status_language": "en", "language": "en", "version": 1, "app_label": "merchants",
    "content_type_id": 1, "url": "nothing-here", "verb": "replay",
}  # fmt: skip
#: Route name, or its beginning up to a colon → the model whose object (of merchant A) `pk` or `number` means.
SUBJECTS: dict[str, str] = {
    "merchants": "merchants.application",
    "merchants:document": "merchants.document",
    "merchants:preview": "merchants.document",
    "merchants:receipt": "audit.entry",
    "merchants:message": "notifications.message",
    "merchants:remove": "merchants.document",
    "merchants:answer": "merchants.inforequest",
    "review": "merchants.application",
    "review:batch": "merchants.reviewbatch",
    "changes": "changes.changerequest",
    "changes:renew": "merchants.document",
    "changes:proof": "changes.proof",
    "change_desk": "changes.changerequest",
    "change_desk:check": "changes.verification",
    "change_desk:campaign": "changes.campaign",
    "exits": "exits.exit",
    "exits:download": "exits.recordexport",
    "exit_desk": "exits.exit",
    "exit_desk:standing": "merchants.merchant",
    "exit_desk:propose": "merchants.merchant",
    "exit_desk:records": "merchants.merchant",
    "exit_desk:download": "exits.recordexport",
    "exchange": "exchange.import",
    "screening:ask": "merchants.application",
    "screening:withdraw": "screening.opinionrequest",
    "screening:person": "accounts.user",
    "outside:revoke_key": "api.apikey",
    "api:opinion-request": "screening.opinionrequest",
    "orders": "orders.order",
    "warnings": "warnings.warning",
    "complaints": "complaints.complaint",
    "maintenance": "maintenance.window",
    "status": "maintenance.window",
    "members": "merchants.member",
    "members:renew": "merchants.invitation",
    "members:revoke": "merchants.invitation",
    "members:hand_over": "merchants.handover",
    "join": "merchants.invitation",
    "portal:message": "notifications.delivery",
    "notices": "notifications.message",
    "job_desk": "jobs.jobrun",
    "work": "work.workitem",
    "work:skills": "accounts.user",
    "merchant_file": "merchants.merchant",
    "merchant_file:visit": "merchant_file.visit",
    "merchant_file:follow_up": "merchant_file.visit",
    "merchant_file:visit_file": "merchant_file.visitfile",
    "saved_views": "saved_views.savedview",
    "api:visit-detail": "merchant_file.visit",
    "api:merchant-detail": "merchants.merchant",
    "api:score-detail": "merchants.merchant",
    "api:application": "merchants.application",
    "api:change-request": "changes.changerequest",
    "api:merchant-contacts": "merchants.merchant",
    "api:verification": "changes.verification",
    "api:exit": "exits.exit",
    "api:order-detail": "orders.order",
    "api:complaint": "complaints.complaint",
    "api:warning": "warnings.warning",
    "api_key": "api.apikey",
    "admin:auth_user_password_change": "accounts.user",
    "admin:audit_changes": "merchants.merchant",
    "mfa": "mfa.authenticator",
    "signin:mfa_remove_webauthn": "mfa.authenticator",
    "webhooks": "webhooks.endpoint",
    "webhooks:delivery": "webhooks.delivery",
    "webhooks:act_on_delivery": "webhooks.delivery",
    "webhook_desk": "webhooks.endpoint",
    "webhook_desk:delivery": "webhooks.delivery",
    "webhook_desk:act_on_delivery": "webhooks.delivery",
    "admin:policies": "policies.policyversion",
    "admin:api_apikey": "api.apikey",
}
#: Route name → arguments of its own.
SPECIAL: dict[str, Callable[[World], dict[str, Any]]] = {
    "job_desk:job": lambda world: {"code": "update_counters"},
    "job_desk:run_now": lambda world: {"code": "update_counters"},
    "admin:audit_changes": lambda world: {"model": "merchants.merchant"},
    "admin:accounts_user_step": lambda world: {"code": "end-sessions"},
    "webhook_desk:edit": lambda world: {"pk": world.platform_endpoint},
    "short_message": lambda world: {"code": "wrong"},
    # What would do something, were the door open.
    "changes:new": lambda world: {"section": "shop"},
    "changes:confirm": lambda world: {"section": "shop"},
    "changes:act": lambda world: {"verb": "withdraw"},
    "change_desk:show": lambda world: {"field": "legal_person"},
    "review:batch_step": lambda world: {"name": "confirm"},
    "exit_desk:act": lambda world: {"code": "call-off"},
    "exit_desk:step": lambda world: {"step_pk": world.one(apps.get_model("exits.settlementstep")).pk},
    "exchange:new": lambda world: {"what": "leads"},
    "exchange:template": lambda world: {"what": "leads"},
    "merchants:agreement": lambda world: {"pk": world.known["agreement"]},
    "merchants:agreement_download": lambda world: {"pk": world.known["agreement"]},
    "api:agreement-detail": lambda world: {"pk": world.known["agreement"]},
    "review:second": lambda world: {"pk": world.known["second read"]},
    "admin:api_apikey_rotate": lambda world: {"pk": world.known["platform key"]},
    "admin:policies_act": lambda world: {"code": "submit"},
    "api:application-document": lambda world: {"document": world.one(apps.get_model("merchants.document")).pk},
    "api:application-request": lambda world: {"request_id": world.one(apps.get_model("merchants.inforequest")).pk},
    "api:merchant-timeline-list": lambda world: {"merchant_id": world.shop.pk},
    "api:opinion-request-document": lambda world: {"document": world.one(apps.get_model("merchants.document")).pk},
    "admin:policies_kind": lambda world: {"code": "warning_rules", "key": "default"},
    "admin:policies_new": lambda world: {"code": "warning_rules", "key": "default"},
    "admin:policies_import": lambda world: {"code": "warning_rules", "key": "default"},
    "admin:policies_export": lambda world: {"form": "toml"},
    "admin:view_on_site": lambda world: {"content_type_id": 1, "object_id": 1},
}


def address(route: Route, world: World) -> str:
    """The route with merchant A's things in its arguments. Fails with what to add when it cannot be filled."""
    kwargs = {name: _value(route, name, world) for name in route.arguments}
    if route.name:
        try:
            return reverse(route.name, kwargs=kwargs)
        except NoReverseMatch as error:
            raise AssertionError(
                f"{route}: {kwargs} do not fit. Add them to SPECIAL in tests/doors/routes.py."
            ) from error
    filled = "/" + route.pattern
    for name, value in kwargs.items():
        for written in (f"<path:{name}>", f"<int:{name}>", f"<slug:{name}>", f"<str:{name}>", f"<{name}>"):
            filled = filled.replace(written, str(value))
    return filled


def _value(route: Route, name: str, world: World) -> Any:
    special = SPECIAL.get(route.name, lambda _world: {})(world)
    if name in special:
        return special[name]
    if name in ("object_id", "id") and route.area == "admin":
        model = route.model_admin.model if route.model_admin else _subject(route)
        return world.one(model).pk if model else _unknown(route, name)
    if name == "queue":
        return "complaints"
    if name in ("pk", "number"):
        model = _subject(route) or _of_admin_name(route)
        if model is None:
            return _unknown(route, name)
        if name == "number" and not hasattr(model, "number"):  # applications have parts with a pk of their own
            model = apps.get_model(SUBJECTS[route.name.partition(":")[0]])
        return getattr(world.one(model), "message_id" if route.name == "portal:message" else name)
    return WORDS[name] if name in WORDS else _unknown(route, name)


def _subject(route: Route) -> type[models.Model] | None:
    """The model of the longest beginning of the route's name that SUBJECTS knows."""
    ends = (":", "_", "-", "")
    known = [key for key in SUBJECTS if route.name == key or any(route.name.startswith(key + end) for end in ends[:3])]
    return apps.get_model(SUBJECTS[max(known, key=len)]) if known else None


def _of_admin_name(route: Route) -> type[models.Model] | None:
    """admin:merchants_merchant_reveal is about a merchant."""
    words = route.name.partition(":")[2].split("_")
    try:
        return apps.get_model(words[0], words[1]) if len(words) > 2 else None
    except LookupError:
        return None


def _unknown(route: Route, name: str) -> Any:
    raise AssertionError(
        f"The walk does not know what to put for “{name}” in {route}. Say it in tests/doors/routes.py: the model of "
        "its object in SUBJECTS, a word of its own in SPECIAL, or in WORDS when it means the same everywhere."
    )


def is_reached(route: Route, url: str) -> bool:
    """Whether the address leads to this route and not to an earlier one that takes it, too."""
    return resolve(url).func is route.view
