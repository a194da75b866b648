"""The description of the API (OpenAPI 3.1): scopes, headers and problems that every operation shares."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from shopops.api import idempotency
from shopops.api.fields import TEXT_PATTERN, StrictSerializer, TextField
from shopops.api.permissions import required_scope
from shopops.api.problem_types import TYPES, ProblemType
from shopops.api.problems import CONTENT_TYPE
from shopops.api.scopes import scopes

_LANGUAGE = OpenApiParameter(
    "Accept-Language",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Language of texts and errors: `en` or `zh-Hans`.",
)
_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_LENGTH, "pattern": r"^[\x21-\x7e]+\Z"},
    OpenApiParameter.HEADER,
    description="The same key with the same request has one effect and gets the same answer, for 24 hours.",
)
#: What every operation may answer, what those with a body may answer besides, and those that belong to somebody.
_ALWAYS = ("invalid", "not_acceptable", "throttled", "internal", "unavailable")
_WITH_OWNER = ("not_authenticated", "scope_missing")
_WITH_BODY = ("conflict", "too_large", "unsupported_media_type", "unprocessable")


class KeyScheme(OpenApiAuthenticationExtension):
    """API keys in the description; an operation names the scope that it needs."""

    target_class = "shopops.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "so_live_…",
            "description": "An API key with scopes:\n\n"
            + "\n".join(f"- `{scope.code}`: {scope.label}" for scope in sorted(scopes, key=lambda each: each.code)),
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        scope = required_scope(auto_schema.view, auto_schema.method)
        return {self.name: [scope] if scope else []}


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of a signed-in person; a POST carries its CSRF token."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        from django.conf import settings

        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A signed-in person with the right of the scope; a POST also needs the header X-CSRFToken.",
        }


class ApiSchema(AutoSchema):
    """drf-spectacular's description with the headers, scopes and strictness of ours."""

    def get_override_parameters(self) -> list[Any]:
        parameters = [*super().get_override_parameters(), _LANGUAGE]
        return [*parameters, _KEY] if self.method == "POST" else parameters

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks without arguments
        scope = required_scope(self.view, self.method)
        text = super().get_description() or ""
        return f"{text}\n\nScope: `{scope}`." if scope else text

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """With the problems that the view names for this action."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        for kind in getattr(self.view, "problems", {}).get(getattr(self.view, "action", None), ()):
            if operation is not None:
                operation["responses"] |= _problem(TYPES[kind].status)
        return operation

    def get_summary(self) -> str | None:
        """The beginning of what the operation's own text says, for the line that names it."""
        given: str | None = super().get_summary()
        text = " ".join((super().get_description() or "").split())
        return given or text.partition(".")[0].partition(";")[0] or None

    def get_tags(self) -> list[str]:
        """The first word of the address."""
        return [self.path.removeprefix("/api/v1/").split("/", 1)[0]]

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, StrictSerializer) and direction == "request":
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, TextField) and direction == "request":
            schema.setdefault("pattern", TEXT_PATTERN if not field.allow_blank else r"^[^\x00]*\Z")
        return schema


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the problem document, and for every operation the problems it may answer."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        f"Problem{status}": _response([kind for kind in TYPES.values() if kind.status == status])
        for status in sorted({kind.status for kind in TYPES.values()})
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for kind in _kinds(path, method, operation):
                operation["responses"] = _problem(TYPES[kind].status) | operation["responses"]
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _problem(status: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"}}


def _kinds(path: str, method: str, operation: dict[str, Any]) -> tuple[str, ...]:
    kinds = _ALWAYS + (() if {} in operation.get("security", [{}]) else _WITH_OWNER)
    kinds += ("not_found",) if "{" in path else ()
    return kinds + (() if method == "get" else _WITH_BODY)


def _response(kinds: list[ProblemType]) -> dict[str, Any]:
    examples = {kind.code: {"summary": str(kind.title), "value": _example(kind)} for kind in kinds}
    return {
        "description": " / ".join(str(kind.title) for kind in kinds),
        "headers": {} if kinds[0].status not in (429, 503) else {"Retry-After": {"schema": {"type": "integer"}}},
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


def _example(kind: ProblemType) -> dict[str, Any]:
    body = {
        "type": kind.uri, "title": str(kind.title), "status": kind.status, "code": kind.code,
        "detail": str(kind.title), "remedy": str(kind.remedy),
    }  # fmt: skip
    if kind.code == "invalid":
        body["errors"] = [
            {"pointer": "#/text", "code": "required", "detail": "This field is required.", "remedy": "Add it."}
        ]
    if kind.code == "scope_missing":
        body["scope"] = "orders:read"
    return body


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `type` is the address that explains it, `code` its name for programs.",
    "required": ["type", "title", "status", "code", "detail", "remedy"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "remedy": {"type": "string", "description": "What to do."},
        "scope": {"type": "string", "description": "The scope that is missing."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail", "remedy"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, such as `#/text`."},
                    "parameter": {"type": "string", "description": "Name of the address's parameter."},
                    "header": {"type": "string", "description": "Name of the header."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}
