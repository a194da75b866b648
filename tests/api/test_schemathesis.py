"""The API does what its description says, whatever is sent: schemathesis over every operation, all checks.

In this process, on real PostgreSQL, the same examples every time: schemathesis' own of the edges of every parameter and
field (some 50 for an operation), and API_EXAMPLES (3) more. The platform's key sends all, the others a sample, since
what they may not see they are refused before anything is read. API_EXAMPLES=200: that many more, all from everybody.
"""

import itertools
import os
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from tests.api.conftest import Caller, Market
from tests.api.routes import Operation, operations
from tests.api.routes import schema as description
from tests.api.test_access import identifiers

EXAMPLES = int(os.environ.get("API_EXAMPLES", "3"))
EVERYTHING = "API_EXAMPLES" in os.environ
#: What a request that fits the description may be answered: it can still name a shop that does not exist (422).
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}, "seed": 20261122}
)
# A cursor of the first page, which every list takes; what else is sent there is tried in test_problems.py.
schemathesis.openapi.format("cursor", st.just(b64encode(b"o=0").decode()))

api = schemathesis.openapi.from_dict(description(), config=CONFIG)
api.app = get_wsgi_application()


class Callers:
    """A key of the platform, one of a shop, nobody: in turn who sends the next example."""

    def __init__(self, market: Market) -> None:
        self._every = ((market.platform, 1), (market.shop_key, 3), (market.anonymous, 8))
        self._examples = itertools.count()

    def __iter__(self) -> Iterator[Caller]:
        number = next(self._examples)
        return (caller for caller, every in self._every if EVERYTHING or number % every == 0)


@pytest.fixture
def callers(market: Market, raw_wsgi: None, settings: Any) -> Callers:
    """None of them is told to slow down."""
    settings.API_RATE_LIMITS = dict.fromkeys(("key", "user", "network"), (1_000_000, 60))
    return Callers(market)


same_every_time = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def keeps_its_description(case: Any, callers: Callers) -> None:
    for caller in callers:
        case.call_and_validate(headers=caller.headers())


THERE = [each for each in operations() if each.method == "get" and "document" not in each.names and not each.is_public]


@pytest.mark.parametrize("operation", THERE, ids=lambda each: each.path)
def test_what_is_there_looks_as_described(operation: Operation, market: Market, callers: Callers) -> None:
    """Of objects that exist, which made-up numbers hardly ever meet."""
    known = identifiers(market.shop)
    number = known.get(operation.path.split("/")[3])
    case = api[operation.path]["GET"].Case(path_parameters=dict.fromkeys(operation.names, number))
    assert case.call_and_validate(headers=market.platform.headers()).status_code == 200


# Several functions, since xdist hands the operations of one to one worker. The last takes what no other names.


@api.include(path_regex="^/api/v1/warnings/").parametrize()
@same_every_time
def test_warnings_keep_their_description(case: Any, callers: Callers) -> None:
    keeps_its_description(case, callers)


@api.include(path_regex="^/api/v1/complaints/").parametrize()
@same_every_time
def test_complaints_keep_their_description(case: Any, callers: Callers) -> None:
    keeps_its_description(case, callers)


@api.exclude(path_regex="^/api/v1/(warnings|complaints)/").parametrize()
@same_every_time
def test_the_rest_keeps_its_description(case: Any, callers: Callers) -> None:
    keeps_its_description(case, callers)
