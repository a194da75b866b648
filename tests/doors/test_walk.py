"""Everybody knocks at every door. Addresses come from the resolver, so that new ones join by themselves.

What is wrong is collected, so that one run shows all of it.
"""

import contextlib
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.doors import declared, matrix, routes
from tests.doors.routes import Route
from tests.doors.world import Principal, World, build

pytestmark = pytest.mark.django_db

WRITING = ("POST", "PUT", "PATCH", "DELETE")
#: What pages are asked besides: searching everything must not find what one may not see.
QUERIES = {"admin:search": {"s": "QM"}, "admin:autocomplete": {"term": "QM"}}
CLOSED = (401, 403, 404, 405, 410)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """The world is built once; each knock is rolled back, and all of it in the end."""
    from django.conf import settings

    limits, settings.API_RATE_LIMITS = settings.API_RATE_LIMITS, dict.fromkeys(settings.API_RATE_LIMITS, (10**6, 60))
    with django_db_blocker.unblock(), transaction.atomic():
        found = build()
        for route in ALL:  # here: what the first test would make were gone in the next
            with contextlib.suppress(AssertionError):  # a test of its own tells what is missing
                routes.address(route, found)
        yield found
        transaction.set_rollback(True)
    settings.API_RATE_LIMITS = limits


@pytest.fixture(scope="module")
def clients(world: World) -> Iterator[dict[str, Client]]:
    """Everybody with a session of their own, or a key. Copying every template's context would take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
        yield sign_in(world)


def sign_in(world: World) -> dict[str, Client]:
    found = {}
    for name, who in world.principals.items():
        client = Client(raise_request_exception=False)
        if who.user:
            client.force_login(who.user, backend="shopops.accounts.backends.RoleBackend")
        if who.token:
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {who.token}"
        found[name] = client
    return found


ALL = routes.every()


def part(*areas: str, outside: bool = False) -> list[Route]:
    return [route for route in ALL if (route.area in areas) != outside]


def knock(client: Client, route: Route, method: str, url: str) -> tuple[int, str, bytes]:
    """Ask, and undo whatever it did. Returns status, the address it sends to, and every byte of the answer."""
    cookies = client.cookies.output()
    with transaction.atomic():
        ask = getattr(client, method.lower())
        answer = ask(url, QUERIES.get(route.name, {})) if method in ("GET", "POST") else ask(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies.replace("Set-Cookie: ", ""))  # who signed out is signed in again
    return answer.status_code, answer.headers.get("Location", ""), body


def is_closed(status: int, target: str, who: Principal) -> bool:
    """A sign-in, 401, 403, 404, or a method that is not there; people without a shop are sent to their applications."""
    if status == 302:
        # Django's history of a thing that the list does not show leads back to the console's home.
        signs_in = "login" in target or (target == "/admin/" and who.is_operator)
        return signs_in or (target.startswith("/apply/mine/") and not who.is_member)
    return status in CLOSED


def foreign_marks(world: World, who: Principal, body: bytes, url: str) -> list[str]:
    """Marks in an answer that are not for this person. An address that one asked for may come back in the answer."""
    text = body.decode(errors="replace").replace(url, "")
    return [mark.text for mark in world.marks if mark.text in text and not mark.is_for(who)]


def wrong(world: World, clients: dict[str, Client], route: Route, who: Principal, method: str) -> Iterator[str]:
    url = routes.address(route, world)
    if route.name and not routes.is_reached(route, url):
        return  # an earlier route takes this address, and is walked itself
    expected = matrix.verdict(route, method, who)
    if expected == "open" and method != "GET":
        return  # what people may do is tested where it is built
    status, target, body = knock(clients[who.name], route, method, url)
    said = f"{who.name}: {method} {url} ({route.name}) answers {status} {target}"
    if status >= 500 and route.name != "healthz":  # it tells whether workers run
        yield f"{said}: broken"
    if expected == "closed" and not is_closed(status, target, who):
        yield f"{said}, but is closed to them"
    if expected == "open" and (status in (401, 403) or "login" in target):
        yield f"{said}, but is open to them"
    if expected == "open" and status in (404, 410):
        yield f"{said}, but it is there"
    is_their_own = route.area == "admin" and not matrix.among(route.name, matrix.GATHERING)
    shows_all = who.is_operator and expected == "open" and is_their_own
    if not shows_all and (found := foreign_marks(world, who, body, url)):
        yield f"{said} and shows {', '.join(found)}"


def methods_of(route: Route) -> tuple[str, ...]:
    return ("GET", *WRITING) if route.area == "api" else ("GET", "POST")


def knockers(route: Route, method: str, world: World) -> list[Principal]:
    """Who is worth sending: operators' roles mean nothing in the portal, and a method that is not there needs few."""
    people = list(world.principals.values())
    if route.area == "api":
        return people if method.lower() in route.actions else _named(people, "anonymous", "A's owner")
    if matrix.among(route.name, matrix.PUBLIC):
        return _named(people, "anonymous", "A's owner", "A's viewer", "B's owner", "operator without roles")
    if route.name in ("merchants:document", "changes:proof"):
        return [each for each in people if not each.token]
    return [each for each in people if not each.is_operator and not each.token] + _named(
        people, "operator without roles", "operator: supervisor"
    )


def _named(people: list[Principal], *names: str) -> list[Principal]:
    return [each for each in people if each.name in names]


def walk(world: World, clients: dict[str, Client], found: list[Route], people: tuple[str, ...] = ()) -> list[str]:
    return [
        problem
        for route in found
        for method in methods_of(route)
        for who in ([world.principals[name] for name in people] or knockers(route, method, world))
        for problem in wrong(world, clients, route, who, method)
    ]


def says(problems: list[str]) -> str:
    return f"{len(problems)} doors are not as the matrix says:\n" + "\n".join(problems)


def test_the_walk_finds_the_rooms():
    names = {route.name for route in ALL}
    assert {
        "portal:home",
        "orders:detail",
        "warnings:submit",
        "review:case",
        "api:order-detail",
        "status:page",
    } <= names


def test_every_address_can_be_filled_and_says_who_may_come_in(world):
    missing = []
    for route in ALL:
        try:
            routes.address(route, world)
            for method in methods_of(route):
                matrix.verdict(route, method, world.principals["operator without roles"])
        except AssertionError as error:
            missing.append(str(error))
    assert not missing, "\n".join(missing)


def test_no_door_asks_for_something_else_than_was_agreed():
    asked, agreed = declared.now(), declared.kept()
    changed = [
        f"{name}: was “{agreed[name]}”, is “{asked.get(name, 'nothing')}”"
        for name in agreed
        if name in {route.name for route in ALL} and asked.get(name) != agreed[name]
    ]
    assert not changed, "\n".join([*changed, "On purpose? Then write tests/doors/declared.txt anew, see declared.py."])


def test_the_portal_is_as_the_matrix_says(world, clients):
    problems = walk(world, clients, part("admin", "api", outside=True))
    assert not problems, says(problems)


def test_the_api_is_as_the_matrix_says(world, clients):
    problems = walk(world, clients, part("api"))
    assert not problems, says(problems)


def test_the_console_is_closed_to_everybody_else(world, clients):
    problems = walk(world, clients, part("admin"), ("anonymous", "A's owner", "B's owner"))
    assert not problems, says(problems)


def roles_problems(world: World, clients: dict[str, Client]) -> list[str]:
    """Every operator role at every console page; and a page opens to one at least of those who may."""
    operators = [each for each in world.principals.values() if each.is_operator]
    problems: list[str] = []
    for route in part("admin"):
        may = [each for each in operators if matrix.verdict(route, "GET", each) == "open"]
        may_not = [each for each in operators if each not in may]
        for who in may_not:
            problems += wrong(world, clients, route, who, "GET")
        # Of those who may not, whoever may most else tries to send; the check is the same for all.
        strongest = sorted(may_not, key=lambda each: len(each.permissions))
        for who in {id(each): each for each in (*strongest[:1], *strongest[-1:])}.values():
            problems += wrong(world, clients, route, who, "POST")
        if matrix.among(route.name, matrix.GATHERING):
            problems += [problem for who in may for problem in wrong(world, clients, route, who, "GET")]
        else:
            problems += _opens_to_nobody(world, clients, route, may)
    return problems


def _opens_to_nobody(world: World, clients: dict[str, Client], route: Route, people: list[Principal]) -> list[str]:
    refusals: list[str] = []
    for who in people:
        found = list(wrong(world, clients, route, who, "GET"))
        if not found:
            return []
        refusals += found
    return refusals


def test_the_console_is_as_the_roles_say(world, clients):
    problems = roles_problems(world, clients)
    assert not problems, says(problems)
