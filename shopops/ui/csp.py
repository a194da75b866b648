"""Content security policies beside the strict one of the settings."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http.response import HttpResponseBase

P = ParamSpec("P")

STRICT_MARK = "_shopops_strict_csp"

# Unfold: Alpine compiles its expressions, and hides and places things by inline style. Without them a hidden dialog
# covers the sign-in page.
_CONSOLE = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}
# The viewer of the API description (Swagger UI) draws data: images.
_API_DOCS = {"img-src": [SELF, "data:"]}

_BY_PREFIX = {"/admin/": _CONSOLE, "/api/v1/docs/": _API_DOCS}


def replacements(path: str) -> dict[str, Any] | None:
    """Return the directives that replace those of the settings below a path; None: the strict policy."""
    return next((directives for prefix, directives in _BY_PREFIX.items() if path.startswith(prefix)), None)


def strict_csp(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Keep the strict policy for a view of our own below /admin/ (the workbenches)."""

    @wraps(view)
    def strict(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        setattr(response, STRICT_MARK, True)
        return response

    return strict
