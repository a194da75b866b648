"""The description of the API: valid, without warnings, with examples of everything."""

import json

import pytest
from django.core.management import call_command

from shopops.api.scopes import scopes
from tests.api.routes import operations, schema

OPERATIONS = operations()
FILE = {"type": "string", "format": "binary"}
UPLOADS = {"applications_documents_create"}


def name(operation):
    return f"{operation.method} {operation.path}"


def test_it_is_valid_and_nothing_is_guessed(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=name)
def test_every_operation_is_told_with_examples(operation):
    spec = operation.spec
    assert spec["tags"] and spec["description"] and spec["operationId"]
    (done,) = [answer for status, answer in spec["responses"].items() if status.startswith("2")]
    assert ("content" in done) == (operation.method != "delete")
    for content in done.get("content", {}).values():
        assert content["schema"] == FILE or content["examples"]
    if "requestBody" in spec:
        (kind,) = spec["requestBody"]["content"]
        assert kind == ("multipart/form-data" if spec["operationId"] in UPLOADS else "application/json")
        assert spec["requestBody"]["content"][kind]["examples"]
    for status in ("400", "429"):
        assert spec["responses"][status]["$ref"].endswith(f"Problem{status}")


@pytest.mark.parametrize("operation", OPERATIONS, ids=name)
def test_every_operation_names_its_scope_and_every_post_its_idempotency_key(operation):
    headers = {each["name"] for each in operation.spec["parameters"] if each["in"] == "header"}
    assert "Accept-Language" in headers
    assert ("Idempotency-Key" in headers) == (operation.method == "post")
    if not operation.is_public:
        (named,) = next(each["apiKey"] for each in operation.spec["security"] if "apiKey" in each)
        assert named in scopes and f"`{named}`" in operation.spec["description"]


def test_every_problem_has_an_example():
    for status, response in schema()["components"]["responses"].items():
        assert response["content"]["application/problem+json"]["examples"], status


def test_it_is_served_as_json_and_yaml_to_everybody(client, db):
    assert json.loads(client.get("/api/v1/schema/?format=json").content)["openapi"].startswith("3.1")
    assert b"openapi: 3.1" in client.get("/api/v1/schema/").content


def test_its_page_keeps_the_strict_policy(client, db):
    answer = client.get("/api/v1/docs/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert "swagger-ui-bundle.js" in page and "https://" not in page.replace("http://www.w3.org", "")
    assert "<script>" not in page and "style=" not in page
