"""What every list of the API shares."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Pages by key, so that the thousandth page costs what the first does; the newest first.

    `page_size` asks for up to 200 rows at a time. A list that has another order sets `ordering`, which ends in a
    unique field.
    """

    ordering: tuple[str, ...] = ("-pk",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
