"""The rules of the house, in words in CONTRIBUTING.md: layout, imports, style, types, migrations, dependencies."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def run(*command: str, **environment: str) -> str:
    """Run a tool of the environment in the root; fail with what it printed."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def project_files() -> Iterator[Path]:
    """Every file of the project: what is neither hidden nor named in .gitignore."""
    patterns = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line]
    shown = {".ci", ".gitignore", ".pre-commit-config.yaml", ".dockerignore", ".github"}

    def is_project(name: str) -> bool:
        return (not name.startswith(".") or name in shown) and not any(fnmatch(name, pattern) for pattern in patterns)

    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(filter(is_project, folders))
        yield from (Path(folder, name) for name in sorted(filter(is_project, files)))


def project_texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project with its contents."""
    for path in project_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


# Layout


def test_the_folder_warnings_is_no_package():
    assert not (ROOT / "warnings" / "__init__.py").exists(), "it would shadow Python's own module"
    assert not (ROOT / "tests" / "warnings").exists(), "its tests are in tests/warning_center"


def test_pythons_own_warnings_work_from_the_root():
    done = subprocess.run(
        [sys.executable, "-c", "import warnings; warnings.warn('x')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "UserWarning: x" in done.stderr


def test_every_test_folder_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]


# Style, types, imports


def test_ruff_finds_nothing():
    run("ruff", "check", ".")


def test_the_code_is_formatted():
    run("ruff", "format", "--check", ".")


def test_the_types_fit():
    run("mypy")


def test_imports_go_down_never_up():
    run("lint-imports", "--no-logo", PYTHONPATH=str(ROOT / "warnings"))


def test_every_app_is_on_a_floor():
    """A new top-level package must be named in the import contracts and in this file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in [*ROOT.glob("*/__init__.py"), *ROOT.glob("warnings/*/__init__.py")]}
    assert packages - {"tests"} == set(settings["root_packages"])


# Django


@pytest.mark.django_db
def test_the_migrations_are_complete():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)


def own_apps():
    return [app for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT) and ".venv" not in app.path]


#: Until the first release a change of models rewrites the app's only migration. App label → how many it may have.
MORE_MIGRATIONS: dict[str, int] = {}


def test_every_app_has_one_migration():
    for app in own_apps():
        found = sorted(path.name for path in Path(app.path).glob("migrations/[0-9]*.py"))
        allowed = MORE_MIGRATIONS.get(app.label, 1)
        assert len(found) <= allowed, f"{app.label}: {found}"
        assert len(found) == allowed or not list(app.get_models()), f"{app.label} has models and no migration"


def own_commands():
    names = {app.name for app in own_apps()}
    return sorted((name, app) for name, app in get_commands().items() if app in names)


def test_every_management_command_says_what_it_does():
    commands = own_commands()
    assert commands
    silent = [name for name, app in commands if not load_command_class(app, name).help.strip()]
    assert not silent, "give these commands a `help`"


# Dependencies


#: What scripts/install.py brings in by itself.
INSTALLERS = {"uv"}


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for requirements in lists for text in requirements]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [line.partition("==") for line in lines if line.strip() and not line.startswith("#")]
    assert all(separator for _name, separator, _version in found), "every line of constraints.txt is name==version"
    return {canonicalize_name(name.strip()): number.partition(";")[0].strip() for name, _separator, number in found}


def needed(*, everywhere: bool) -> set[str]:
    """The declared packages and what they require: here, or (everywhere) on any platform and Python."""
    waiting, seen = declared(), set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), tuple(sorted(requirement.extras)))
        if key in seen:
            continue
        seen.add(key)
        try:
            inner = requires(requirement.name) or []
        except PackageNotFoundError:
            assert everywhere, f"{requirement.name} is declared or required, and not installed"
            continue
        waiting += [text for text in map(Requirement, inner) if applies(text, requirement.extras, everywhere)]
    return {name for name, _extras in seen}


def applies(requirement: Requirement, extras: set[str], everywhere: bool) -> bool:
    if requirement.marker is None:
        return True
    if everywhere:
        extra = re.search(r"extra\s*==\s*[\"']([^\"']+)", str(requirement.marker))
        return extra is None or extra[1] in extras
    return any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras})


def test_the_constraints_pin_exactly_what_is_needed():
    pinned = set(pins())
    assert not needed(everywhere=False) - pinned, "needed, but not in constraints.txt"
    assert not pinned - needed(everywhere=True) - INSTALLERS, "in constraints.txt, but nothing needs it"


def test_the_environment_has_the_pinned_versions():
    wrong = [
        f"{name} {version(name)}, pinned {pin}" for name, pin in pins().items() if _installed(name) not in (None, pin)
    ]
    assert not wrong, "run make install"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


REGISTRY = re.compile(r"(?:index|find|trusted)[-_](?:url|links|host)|/simple/")


def test_no_file_names_a_package_registry():
    """Which registry is used is the machine's setting, not the project's. (Tests look for such names, as here.)"""
    texts = ((name, text) for name, text in project_texts() if not name.startswith("tests/"))
    named = [f"{name}: {match[0]}" for name, text in texts if (match := REGISTRY.search(text))]
    assert not named


MACHINE_PATH = re.compile(r"(?<![\w.}>)/])/(?:work|root|Users|home/\w+)/")


def test_no_file_names_a_path_of_one_machine():
    named = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in project_texts()
        if name != "tests/test_house.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not named
