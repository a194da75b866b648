"""The query of an address, cleaned so that it can be kept and linked to."""

from django.http import QueryDict

MOST = 1000
#: Where one is in the list, and what belongs to a single visit; none of it is a filter.
_NOT_FILTERS = frozenset({"p", "page", "cursor", "before", "e", "_popup", "_to_field", "_changelist_filters", "next",
                          "csrfmiddlewaretoken"})  # fmt: skip


def clean(text: str) -> str:
    """Return the filters of a query as they may be kept: names and values, encoded, without a leading "?".

    What comes out is never an address: everything that is no letter, digit or `_.-~` is percent-encoded. Raises
    ValueError for one that is longer than 1,000 characters.
    """
    given = QueryDict(text.removeprefix("?").partition("#")[0][: MOST * 4])
    kept = QueryDict(mutable=True)
    for given_name, values in given.lists():
        name = given_name.replace("\0", "")
        if name and name not in _NOT_FILTERS:
            for value in values:
                if text := value.replace("\0", ""):
                    kept.appendlist(name, text)
    query = kept.urlencode()
    if len(query) > MOST:
        raise ValueError(f"A saved view holds filters of up to {MOST} characters.")
    return query


def same(one: str, other: str) -> bool:
    """Whether two queries ask for the same filters, in whatever order."""
    first, second = QueryDict(one), QueryDict(other)
    return {name: sorted(values) for name, values in first.lists()} == {
        name: sorted(values) for name, values in second.lists()
    }
