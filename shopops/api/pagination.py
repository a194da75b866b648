"""What every list of the API shares."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from shopops.api.problems import InvalidParameters


class CursorPages(CursorPagination):
    """Pages by key, so that the thousandth page costs what the first does; the newest first.

    `page_size` asks for up to 200 rows at a time. A list that has another order sets `ordering`, which ends in a
    unique field. A cursor or size that cannot be read is refused by its name.
    """

    ordering: tuple[str, ...] = ("-pk",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    cursor_query_description = "Where the page begins: taken from the links `next` and `previous` as it is."
    page_size_query_description = "Rows on a page, 1 to 200."

    def paginate_queryset(self, queryset: "QuerySet[Any] | Sequence[Any]", request: Request, view: Any = None) -> Any:
        """Return the rows of the page. Raises InvalidParameters for a cursor that is none of ours."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValidationError, ValueError, OverflowError, TypeError) as error:
            if request.query_params.get(self.cursor_query_param):
                raise _no_cursor() from error
            raise

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raises InvalidParameters for what is no base64 of ours, an empty one included."""
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            if not b64decode(text, validate=True):
                raise _no_cursor()
            cursor = super().decode_cursor(request)
        except (binascii.Error, UnicodeError, ValueError, NotFound) as error:
            raise _no_cursor() from error
        if cursor is not None and "\0" in str(cursor.position or ""):
            raise _no_cursor()
        return cursor

    def get_page_size(self, request: Request) -> int:
        """Raises InvalidParameters for a size that is none."""
        text = request.query_params.get(self.page_size_query_param)
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= self.max_page_size and len(text) < 9):
            detail = _("Give a whole number from 1 to %(max)s.") % {"max": self.max_page_size}
            raise InvalidParameters({self.page_size_query_param: [ErrorDetail(detail, "invalid")]})
        return int(text)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Say in the description what a size may be."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
            else:
                parameter["schema"] |= {"format": "cursor", "minLength": 1}
        return parameters


def _no_cursor() -> InvalidParameters:
    return InvalidParameters({"cursor": [ErrorDetail(_("This is no cursor of this list."), "cursor")]})
