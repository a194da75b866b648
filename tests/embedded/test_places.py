"""Where data and sockets are kept."""

import os

import pytest

from shopops.embedded import places
from shopops.embedded.places import EmbeddedError, ServerUser

from .helpers import short_folder

STRANGER = ServerUser("stranger", 4242, 4242)


@pytest.fixture(autouse=True)
def no_test_servers(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPOPS_TEST_SERVERS", "0")
    monkeypatch.setenv("STATE", str(tmp_path / "state"))
    monkeypatch.setattr(places, "SYSTEM_DIR", tmp_path / "system")
    monkeypatch.setattr(places, "server_user", lambda: None)


def test_state_is_below_the_project_unless_set(monkeypatch):
    monkeypatch.delenv("STATE")
    assert places.state_dir() == places.PROJECT_DIR / ".state"


def test_a_relative_state_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE", "here")
    assert places.state_dir() == tmp_path / "here"


def test_a_test_run_has_its_own_state(monkeypatch, tmp_path):
    monkeypatch.delenv("SHOPOPS_TEST_SERVERS")
    assert places.state_dir() == tmp_path / "state" / "test"


def test_an_ordinary_user_keeps_everything_in_state(tmp_path):
    assert places.postgres_home() == tmp_path / "state"


def test_root_keeps_the_data_in_state_when_the_server_user_can_enter(monkeypatch):
    monkeypatch.setattr(places, "server_user", lambda: STRANGER)
    with short_folder() as folder:
        monkeypatch.setenv("STATE", str(folder / "state"))
        assert places.postgres_home() == folder / "state"


def test_root_moves_the_data_when_a_folder_above_is_closed(monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(places, "server_user", lambda: STRANGER)
    assert places.postgres_home().parent == tmp_path / "system"


def test_moved_data_of_two_clones_does_not_meet(monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(places, "server_user", lambda: STRANGER)
    one = places.postgres_home()
    monkeypatch.setenv("STATE", str(tmp_path / "other"))
    assert places.postgres_home() != one


def test_existing_data_stays_in_use_when_permissions_change(monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "state" / "postgres-18").mkdir(parents=True)
    monkeypatch.setattr(places, "server_user", lambda: STRANGER)
    assert places.postgres_home() == tmp_path / "state"


@pytest.mark.parametrize("euid", [0, 1234])
def test_socket_paths_stay_short_below_a_long_path(monkeypatch, tmp_path, euid):
    monkeypatch.setattr(os, "geteuid", lambda: euid)
    monkeypatch.setattr(places, "SYSTEM_DIR", places.Path("/var/lib/shopops"))
    monkeypatch.setenv("STATE", str(tmp_path / ("long" * 40)))
    first = places.postgres_socket_dir()
    monkeypatch.setenv("STATE", str(tmp_path / ("lang" * 40)))
    assert len(os.fsencode(first / places.POSTGRES_SOCKET_NAME)) < 104
    assert len(os.fsencode(places.valkey_socket())) < 104
    assert places.postgres_socket_dir() != first


def test_a_folder_that_somebody_else_planted_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE", str(tmp_path / "s"))
    (tmp_path / "s").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "s" / "run").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(places, "LONGEST_SOCKET_PATH", 1000)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        places.prepare_socket_dirs()


def test_a_state_that_cannot_be_made_is_explained(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match="Set STATE to a folder that you own"):
        places.make_folder(tmp_path / "file" / "state")


def test_root_without_a_usable_account_is_told_what_to_do(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PG_RUN_AS", "nobody-of-this-name")
    with pytest.raises(EmbeddedError, match=r"nobody-of-this-name.*DATABASE_URL"):
        places.server_user()
