"""Every address the application has, from the resolver itself, so that new ones join by themselves."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

#: Open to everybody, on purpose.
PUBLIC = (
    "/accounts/", "/status/", "/complain/", "/healthz", "/language/", "/theme/", "/api/v1/schema/", "/api/v1/docs/",
    "/api/v1/status/", "/admin/login/", "/admin/jsi18n/", "/favicon", "/ui/",
)  # fmt: skip
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address below the patterns, its arguments filled with samples."""
    for entry in patterns:
        route = str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, prefix + _sample(route, entry.pattern.converters))
        elif isinstance(entry.pattern, RoutePattern):
            yield prefix + _sample(route, entry.pattern.converters)


def _sample(route: str, converters: dict) -> str:
    for name, converter in converters.items():
        kind = type(converter).__name__.replace("Converter", "").lower()
        sample = SAMPLES.get({"string": "str"}.get(kind, kind), "1")
        for written in (f"<{kind}:{name}>", f"<{'str' if kind == 'string' else kind}:{name}>", f"<{name}>"):
            route = route.replace(written, sample)
    return route


ALL = sorted(set(addresses(get_resolver().url_patterns)))
CLOSED = [url for url in ALL if not url.startswith(PUBLIC) and url != "/apply/"]


def test_the_walk_finds_the_rooms():
    assert {"/portal/", "/portal/warnings/", "/portal/orders/", "/portal/score/", "/status/", "/admin/review/"} <= set(
        ALL
    )


@pytest.mark.parametrize("url", CLOSED)
def test_a_stranger_is_asked_to_sign_in_or_finds_nothing(client, db, url):
    answer = client.get(url)
    if url == "/":
        assert answer.status_code == 302
    elif answer.status_code == 302:
        assert "login" in answer.url or answer.url.startswith("/admin/"), answer.url
    else:
        assert answer.status_code in (401, 403, 404, 405), f"{url} answers {answer.status_code} to strangers"


@pytest.mark.parametrize("url", [url for url in CLOSED if url.startswith("/admin/")])
def test_a_merchant_never_enters_the_console(client, make_user, url):
    client.force_login(make_user("owner"))
    answer = client.get(url)
    assert answer.status_code in (302, 403, 404, 405)
    if answer.status_code == 302:
        assert "login" in answer.url or answer.url.startswith("/admin/")


@pytest.mark.parametrize("url", [url for url in CLOSED if url.startswith("/admin/")])
def test_an_operator_without_roles_sees_only_the_way_out(client, make_user, url):
    open_to_all = {reverse(f"admin:{name}") for name in ("index", "logout", "password_change", "password_change_done")}
    client.force_login(make_user("new", is_staff=True))
    answer = client.get(url)
    if url not in open_to_all and not url.startswith("/admin/search"):
        assert answer.status_code in (302, 403, 404, 405), (
            f"{url} answers {answer.status_code} to an operator without roles"
        )
