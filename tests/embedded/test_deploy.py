"""The deployment files say what the code does."""

import ast
import re
import tomllib

import pytest
import yaml

from .helpers import PROJECT_DIR

DEPLOY = (PROJECT_DIR / "docs" / "deploy.md").read_text()
TABLE = re.findall(r"^\| `([A-Z_]+)` \|", DEPLOY, re.MULTILINE)
COMPOSE = yaml.safe_load((PROJECT_DIR / "docker-compose.yml").read_text())
READERS = {"text", "boolean", "integer", "words"}


def variables_read():
    """The names that settings, web server and embedded servers take from the environment."""
    names = set()
    for path in (
        PROJECT_DIR / "shopops" / "settings.py",
        PROJECT_DIR / "shopops" / "webserver.py",
        *(PROJECT_DIR / "shopops" / "embedded").glob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                owner = ast.unparse(node.func.value)
                known = (owner == "env" and node.func.attr in READERS) or (
                    owner == "os.environ" and node.func.attr == "get"
                )
                if known and isinstance(node.args[0], ast.Constant):
                    names.add(node.args[0].value)
    return names


def test_every_variable_is_in_the_table_and_every_row_is_read():
    # Set by pytest itself, and read for test runs only.
    internal = {"SHOPOPS_TEST_SERVERS", "PYTEST_XDIST_WORKER"}
    assert set(TABLE) == variables_read() - internal
    assert len(TABLE) == len(set(TABLE))


def test_the_example_environment_uses_known_variables():
    given = re.findall(r"^([A-Z_]+)=", (PROJECT_DIR / ".env.example").read_text(), re.MULTILINE)
    assert set(given) - {"POSTGRES_PASSWORD"} <= set(TABLE)
    required = set(re.findall(r"^\| `([A-Z_]+)` \| yes", DEPLOY, re.MULTILINE))
    assert required <= set(given) | set(COMPOSE["x-application"]["environment"])


def test_compose_runs_the_whole_house():
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "reader", "beat"}
    assert services["postgres"]["image"] == "postgres:18"
    assert services["redis"]["image"] == "redis:8"
    for name in ("web", "worker", "reader", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name in set(services) - {"migrate", "reader"}:  # the reader gives no sign of life that could be asked for
        assert services[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", ["web", "worker", "reader", "beat", "migrate"])
def test_every_application_container_gets_the_servers(name):
    environment = COMPOSE["services"][name]["environment"]
    assert {"DATABASE_URL", "REDIS_URL", "BROKER_URL", "STATE"} <= set(environment)


def test_volumes_are_declared():
    used = {
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(("/", "."))
    }
    assert used == set(COMPOSE["volumes"])


def test_the_image_has_the_python_the_project_supports():
    version = re.search(r"python:(\d+\.\d+)-slim", (PROJECT_DIR / "Dockerfile").read_text())
    needed = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text())["project"]["requires-python"]
    assert version
    assert tuple(map(int, version[1].split("."))) >= tuple(map(int, needed.strip(">=").split(".")))


def test_no_registry_is_named():
    for name in (
        "Makefile",
        "Dockerfile",
        "docker-compose.yml",
        "pyproject.toml",
        "constraints.txt",
        "scripts/install.py",
    ):
        text = (PROJECT_DIR / name).read_text()
        assert not re.search(r"index-url|https?://|/simple", text), name
