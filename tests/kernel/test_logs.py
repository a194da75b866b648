"""What reaches the log: ids and numbers, no personal data."""

import io
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from shopops import logs
from shopops.logs import JsonFormatter, LineFormatter, RequestLogMiddleware, redacted


def fails(request):
    raise ValueError(f"cannot save {request.POST['phone']} of {request.POST['email']}, id {request.POST['id']}")


urlpatterns = [path("fails/", fails), path("fine/", lambda request: HttpResponse("ok"))]


@pytest.fixture
def written():
    """Everything that is logged, as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level, logs.access.level = logs.access.level, logging.INFO
    logging.getLogger("shopops.access")._cache.clear()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    logs.access.setLevel(level)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mail to chen.yi+x@example.com.cn failed", "mail to [e-mail] failed"),
        ("phone 13800000417.", "phone [phone]."),
        ("phone +86 138 0000 0417", "phone [phone]"),
        ("call +49 30 1234567 now", "call [phone] now"),
        ("id 11010519491231002X", "id [ID number]"),
        ("card 6222 0212 3456 7890", "card [card number]"),
        ("Authorization: Bearer abc.def-ghi_jkl", "Authorization: [secret] [secret]"),
        ("POST password=hunter2&x=1", "POST password=[secret]&x=1"),
        ('{"token": "s3cret", "n": 1}', '{"token": "[secret]", "n": 1}'),
        ("ERROR x\nDETAIL:  Failing row contains (1, 陈怡雯).\nline", "ERROR x\nDETAIL: [not logged]\nline"),
        ("order 20261122000123 took 1732281234.123456 s", "order 20261122000123 took 1732281234.123456 s"),
        ("GET /portal/orders/15012345678/ 200", "GET /portal/orders/15012345678/ 200"),
        ("at 2026-11-22T01:02:03.456+08:00 1f0e3dad99908345", "at 2026-11-22T01:02:03.456+08:00 1f0e3dad99908345"),
    ],
)  # fmt: skip
def test_personal_data_and_secrets_are_struck_out_and_other_numbers_stay(text, kept):
    assert redacted(text) == kept


@override_settings(ROOT_URLCONF="tests.kernel.test_logs")
def test_an_error_with_personal_data_in_the_form_leaves_none_in_the_log(client, db, written):
    client.raise_request_exception = False
    form = {"phone": "13800000417", "email": "chen@example.com", "id": "11010519491231002X"}
    answer = client.post("/fails/?email=chen@example.com", form)
    assert answer.status_code == 500
    lines = written()
    assert any(line["level"] == "ERROR" and "ValueError" in line.get("error", "") for line in lines)
    for line in lines:
        for value in form.values():
            assert value not in json.dumps(line, ensure_ascii=False)


@override_settings(ROOT_URLCONF="tests.kernel.test_logs")
def test_an_access_line_has_the_path_without_query_values_and_the_users_number(client, make_user, written):
    client.force_login(make_user("chen"))
    client.get("/fine/?q=chen@example.com", headers={"X-Request-ID": "abc-12345678"})
    (line,) = [each for each in written() if each["logger"] == "shopops.access"]
    assert line["method"] == "GET" and line["path"] == "/fine/" and line["status"] == 200 and line["query"] == "q"
    assert line["request"] == "abc-12345678" and isinstance(line["ms"], int)
    assert "chen" not in json.dumps(line)


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "abc\r\nX-Evil: 1", "<script>alert(1)</script>"])
def test_a_request_id_that_is_not_sane_is_replaced(rf, given):
    headers = {"X-Request-ID": given} if given else {}
    answer = RequestLogMiddleware(lambda request: HttpResponse())(rf.get("/", headers=headers))
    assert answer["X-Request-ID"] != given and len(answer["X-Request-ID"]) == 16


def test_tasks_carry_the_id_of_the_request_that_sent_them(rf):
    headers: dict = {}

    def view(request):
        logs._send_request_id(headers=headers)
        return HttpResponse()

    RequestLogMiddleware(view)(rf.get("/", headers={"X-Request-ID": "abc-12345678"}))

    class Task:
        class request:
            is_eager = False

    Task.request.shopops_request_id = headers["shopops_request_id"]
    logs._take_request_id(task=Task, task_id="t")
    assert logs.request_id() == "abc-12345678"
    logs._drop_request_id(task=Task)
    assert logs.request_id() == ""


def test_readable_lines_are_redacted_too():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "to %s", ("chen@example.com",), None)
    assert LineFormatter().format(record) == "ERROR x: to [e-mail]"
