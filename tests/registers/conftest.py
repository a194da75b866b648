"""A register to ask, and no worker: tests ask by hand."""

import pytest

from tests.registers.register import listening

SECRET = "whsec_" + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[str]:
    """The tasks that were started, by name."""
    from shopops.jobs import starting

    calls: list[str] = []
    monkeypatch.setattr(starting, "start", lambda task, *ids: calls.append(task.name))
    return calls


@pytest.fixture
def register(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with listening() as known:
        settings.REGISTER_PROVIDER = "http"
        settings.REGISTER_URL = known.url
        settings.REGISTER_SECRET = SECRET
        yield known
