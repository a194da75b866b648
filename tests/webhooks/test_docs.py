"""The page tells what the code does."""

import base64
import re
import time

import pytest

from shopops.webhooks.documenting import PAGE, with_catalogue
from shopops.webhooks.signing import headers, new_secret


def test_the_list_of_events_is_the_catalogue():
    page = PAGE.read_text()
    assert with_catalogue(page) == page, "run: python manage.py webhook_docs"


def test_lost_marks_are_named():
    with pytest.raises(ValueError, match="marks"):
        with_catalogue("# Webhooks")


def test_the_check_on_the_page_accepts_what_is_sent_and_nothing_else():
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert code
    names: dict = {}
    exec(code.group(1), names)
    is_genuine = names["is_genuine"]
    old, new, body, now = new_secret(), new_secret(), b'{"a":1}', int(time.time())
    sent = headers([new, old], uid="evt_1", timestamp=now, body=body)
    assert is_genuine(old, sent, body) and is_genuine(new, sent, body)
    assert not is_genuine(new_secret(), sent, body)
    assert not is_genuine(old, sent, body + b" ")
    assert not is_genuine(old, headers([old], uid="evt_1", timestamp=now - 3600, body=body), body)
    assert base64.b64decode(old.removeprefix("whsec_"))
