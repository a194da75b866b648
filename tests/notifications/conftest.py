"""Kinds of message for tests, with their templates, and a chat bot that listens."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import override_settings

from shopops.notifications.kinds import MessageKind, message_kinds
from shopops.notifications.services import notify

BODY = "Hello {{ name }} & co.\n\nSecond paragraph.\nSee the page:\n{{ url }}"


@pytest.fixture
def templates(settings):
    """Templates by name, read when they are used, so that a test may change them."""
    known = {}
    engine = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", known),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    options = {**engine["OPTIONS"], "loaders": loaders}
    with override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}]):
        yield known


@pytest.fixture
def make_kind(monkeypatch, templates):
    """Register a kind with plain templates: make_kind("test.news", owed=False)."""
    monkeypatch.setattr(message_kinds, "_items", dict(message_kinds._items))

    def make(code="test.note", **rules):
        templates[f"messages/{code}.subject.txt"] = "{% load i18n %}{% translate 'Home' %} {{ name }}"
        templates[f"messages/{code}.body.txt"] = BODY
        return message_kinds.register(MessageKind(code, "Note", **rules))

    return make


@pytest.fixture
def tell(make_kind):
    """Tell people something of a kind that is registered on the way: tell([user], owed=False)."""

    def send(people, code="test.note", key="note:1", name="Chen", **rules):
        if code not in message_kinds:
            make_kind(code, **rules)
        return notify(kind=code, key=key, recipients=people, context={"name": name}, url="/portal/")

    return send


class Bot:
    """What was posted to it; `answer` is the status it gives."""

    def __init__(self, port):
        self.place = f"127.0.0.1:{port}"
        self.url = f"json://{self.place}/bot"
        self.posts = []
        self.answer = 200


@pytest.fixture
def bot(settings):
    """A chat bot on a host that the operator allowed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            started.posts.append((self.path, json.loads(body)))
            self.send_response(started.answer)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    started = Bot(server.server_port)
    settings.CHAT_HOSTS = [started.place]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield started
    server.shutdown()
    server.server_close()
