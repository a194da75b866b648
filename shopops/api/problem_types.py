# ruff: noqa: E501  # a table reads best as one
"""The kinds of problems that the API answers with; /api/v1/problems/ shows them to people."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem: its name, its HTTP status, what it says, what to do."""

    code: str
    status: int
    title: Text
    remedy: Text

    @property
    def uri(self) -> str:
        """The address that explains it."""
        return f"{settings.SITE_URL}/api/v1/problems/#{self.code}"


_ALL = (
    ProblemType("invalid", 400, _("Something in the request is not valid"), _("Correct what “errors” lists, then send it again.")),
    ProblemType("parse_error", 400, _("The body cannot be read as JSON"), _("Send one JSON document in UTF-8.")),
    ProblemType("not_authenticated", 401, _("The request does not say who asks"), _("Send an API key in the header: Authorization: Bearer KEY")),
    ProblemType("key_unknown", 401, _("The API key is unknown"), _("Compare it with the one you were shown, or create a new one.")),
    ProblemType("key_expired", 401, _("The API key has expired"), _("Create a new key.")),
    ProblemType("key_revoked", 401, _("The API key was revoked"), _("Create a new key.")),
    ProblemType("key_rotated", 401, _("The secret was replaced by a newer one"), _("Use the key's present secret.")),
    ProblemType("permission_denied", 403, _("This is not allowed"), _("Ask whoever manages your access.")),
    ProblemType("scope_missing", 403, _("A scope is missing"), _("Use a key that has the scope, or ask for the right in your role.")),
    ProblemType("second_factor", 403, _("A second factor is needed"), _("Sign in to the console with your second factor first.")),
    ProblemType("csrf", 403, _("The request does not come from a page of ours"), _("Send the CSRF token of the session, or use an API key.")),
    ProblemType("not_found", 404, _("There is nothing at this address, or it is not yours to see"), _("Compare the address and the number.")),
    ProblemType("method_not_allowed", 405, _("This address does not take this method"), _("The header Allow lists the methods that it takes.")),
    ProblemType("not_acceptable", 406, _("The API answers in JSON only"), _("Send Accept: application/json, or leave it out.")),
    ProblemType("conflict", 409, _("The object is past that state"), _("Read it again and decide anew; nothing was changed.")),
    ProblemType("in_progress", 409, _("The same request is being worked on"), _("Send it again after the seconds in Retry-After.")),
    ProblemType("gone", 410, _("This was taken back"), _("Leave it out from now on; nothing is expected any more.")),
    ProblemType("too_large", 413, _("The body is too large"), _("Send less at a time.")),
    ProblemType("unsupported_media_type", 415, _("The body has to be JSON"), _("Send Content-Type: application/json.")),
    ProblemType("unprocessable", 422, _("The request is understood but cannot be done"), _("Correct what “errors” or “detail” says.")),
    ProblemType("idempotency_key_reused", 422, _("The Idempotency-Key was used for another request"), _("Use a new key for every new request.")),
    ProblemType("throttled", 429, _("Too many requests"), _("Wait the seconds in Retry-After. RateLimit-Policy says how many are taken.")),
    ProblemType("internal", 500, _("Something failed on our side"), _("It was recorded. Try again later; with the same Idempotency-Key nothing is done twice.")),
    ProblemType("unavailable", 503, _("Something behind the API does not answer"), _("Send it again after the seconds in Retry-After.")),
)  # fmt: skip

TYPES: dict[str, ProblemType] = {each.code: each for each in _ALL}

_CHOOSE = _("Use one of the values in the API's description.")
_REMEDIES: dict[str, Text] = {
    "required": _("Add it."),
    "blank": _("Write something, or leave the field out where it is optional."),
    "null": _("Give a value, or leave the field out where it is optional."),
    "max_length": pgettext_lazy("advice", "Shorten it."),
    "min_length": pgettext_lazy("advice", "Write more."),
    "max_value": _("Give a smaller number."),
    "min_value": _("Give a larger number."),
    "invalid_choice": _CHOOSE,
    "unknown": _("Leave it out, or compare its name with the API's description."),
    "empty": _("Give a value, or leave the parameter out."),
    "repeated": _("Give it once."),
    "does_not_exist": _("Compare it with what the API lists."),
    "cursor": _("Follow the links “next” and “previous” as they are."),
    "date": _("Write it as in 2026-11-21."),
}
_GENERAL: Text = _("Compare its type and form with the API's description.")


def remedy_of(code: str) -> Text:
    """Return what to do about an error of a field."""
    return _REMEDIES.get(code, _GENERAL)
