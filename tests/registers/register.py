"""A register that really listens: HTTP on this machine, with the behaviours that registers have."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ENTRY = {
    "name": "杭州北岭户外用品有限公司",
    "status": "active",
    "legal_person": "林志远",
    "registered_capital": "贰佰万元整",
    "established_on": "2019-09-03",
    "a_field_of_a_later_contract": 7,
}
RECORD: dict[str, Any] = {"listings": [], "penalties": []}


class Register:
    """What it answers, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.answers: dict[str, Any] = {"registration": ENTRY, "credit_record": RECORD}
        self.found = True
        self.pause = 0.0

    def answer(self, question: dict[str, Any]) -> bytes:
        if self.body is not None:
            return self.body
        facts = self.answers[question["kind"]] if self.found else None
        said = {"uscc": question["uscc"], "found": self.found, "source": "Test register", "facts": facts}
        return json.dumps(said).encode()


@contextmanager
def listening() -> Iterator[Register]:
    """Start a register on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            question = json.loads(raw)
            known.asked.append({**question, "path": self.path, "headers": dict(self.headers), "raw": raw})
            time.sleep(known.pause)
            body = known.answer(question)
            self.send_response(known.status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Register(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
