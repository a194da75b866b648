"""One call: limits, redirects, certificates."""

import datetime as dt
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shopops.webhooks import calling


def test_a_call_arrives_as_it_was_sent(receiver):
    answer = calling.post(receiver.url + "?a=1", b'{"x":1}', {"webhook-id": "evt_1"})
    assert (answer.status, answer.excerpt, answer.error) == (200, "ok", "")
    call = receiver.calls[0]
    assert (call.path, call.body, call.uid) == ("/hooks?a=1", b'{"x":1}', "evt_1")


def test_redirects_are_not_followed(receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    answer = calling.post(receiver.url, b"{}", {})
    assert answer.status == 302 and not answer.succeeded
    assert len(receiver.calls) == 1


def test_of_a_huge_answer_only_the_beginning_is_read(receiver):
    receiver.answer = b"a" * 5_000_000
    answer = calling.post(receiver.url, b"{}", {})
    assert answer.succeeded
    assert len(answer.excerpt) == calling.EXCERPT


def test_an_answer_that_is_no_text_can_be_stored(receiver):
    receiver.answer = b"\x00\xff\xfe ok"
    assert "\x00" not in calling.post(receiver.url, b"{}", {}).excerpt


def test_nobody_there_is_an_answer_too(free_port):
    answer = calling.post(f"http://127.0.0.1:{free_port}/", b"{}", {})
    assert answer.status is None and "refused" in answer.error


def test_a_receiver_that_drips_its_answer_is_cut_off(monkeypatch):
    """Every byte comes in time, the whole never does."""
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.6)
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip():
        connection, _address = server.accept()
        connection.recv(65536)
        try:
            while not done.wait(0.05):
                connection.sendall(b"H")
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    started = time.monotonic()
    answer = calling.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
    done.set()
    server.close()
    assert answer.status is None and answer.error == "no answer in 1 s"
    assert time.monotonic() - started < 3


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def tls_server(tmp_path, monkeypatch):
    """A server with a certificate for hooks.example.com only, by a maker whom the caller trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example.com")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    calling._tls.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked_for: list[str | None] = []
    context.sni_callback = lambda _sock, server_name, _context: asked_for.append(server_name)
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                plain, _address = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    request = b""
                    while not request.endswith(b"{}"):  # the body comes after the headers
                        request += connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, *_a, **_k: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]
    )
    yield server.getsockname()[1], asked_for
    server.close()
    calling._tls.cache_clear()


def test_tls_asks_for_the_name_and_checks_the_certificate_for_it(tls_server):
    port, asked_for = tls_server
    assert calling.post(f"https://hooks.example.com:{port}/", b"{}", {}).status == 204
    assert asked_for == ["hooks.example.com"]
    refused = calling.post(f"https://other.example.com:{port}/", b"{}", {})
    assert refused.status is None and "CERTIFICATE_VERIFY_FAILED" in refused.error
