"""Secrets of a local installation."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from shopops import embedded

from .helpers import python


@pytest.fixture(autouse=True)
def state(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path))
    return tmp_path / "test"


def test_a_secret_is_kept_and_private(state):
    first = embedded.local_secret("key")
    assert len(first) > 40
    assert embedded.local_secret("key") == first
    assert embedded.local_secret("other") != first
    assert stat.S_IMODE((state / "key").stat().st_mode) == 0o600
    assert {path.name for path in state.iterdir()} == {"key", "other"}


def test_processes_that_ask_at_the_same_moment_get_the_same_secret(tmp_path):
    code = "from shopops import embedded; input(); print(embedded.local_secret('key'))"
    programs = [python(code, tmp_path) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda program: program.communicate("\n", timeout=30)[0], programs))
    assert len(set(answers)) == 1
    assert len(answers[0]) > 40


def test_a_state_that_cannot_be_written_is_explained(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STATE", str(tmp_path / "file"))
    with pytest.raises(embedded.EmbeddedError, match="Set STATE"):
        embedded.local_secret("key")
