"""What may be called: nothing inside, however it is written or looked up."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.webhooks import calling
from shopops.webhooks.addresses import RefusedAddress, check, is_public, resolve


@pytest.fixture(autouse=True)
def _nothing_allowed(settings) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = []


def look_up_as(monkeypatch, *answers: str) -> None:
    """Have every name resolve to these addresses."""

    def answer(host, port, *_args, **_kwargs):
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in answers]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the clouds' metadata service
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_no_address_inside_is_public(ip, monkeypatch):
    assert not is_public(ipaddress.ip_address(ip))
    look_up_as(monkeypatch, ip)
    with pytest.raises(RefusedAddress):
        resolve("https://shop.example.com/hooks")
    with pytest.raises(RefusedAddress):
        check("https://shop.example.com/hooks")


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are(ip):
    assert is_public(ipaddress.ip_address(ip))


@given(st.ip_addresses(v=4))
def test_wrapping_into_ipv6_changes_nothing(inner):
    mapped = ipaddress.IPv6Address(b"\0" * 10 + b"\xff\xff" + inner.packed)
    if not is_public(inner):
        assert not is_public(mapped)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_every_way_to_write_this_machine_is_refused(host):
    with pytest.raises((RefusedAddress, OSError)):
        resolve(f"https://{host}/")
    answer = calling.post(f"https://{host}:9/", b"{}", {})
    assert answer.status is None and answer.error


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    look_up_as(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(RefusedAddress):
        resolve("https://shop.example.com/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, settings, receiver):
    """A name that answers differently the second time (DNS rebinding) gains nothing: it is asked once."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    asked = []
    real = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        if host == "shop.example.com":
            first = asked.count(host) == 1
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if first else "127.0.0.2", port))]
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    answer_got = calling.post(f"http://shop.example.com:{receiver.port}/x", b"{}", {})
    assert answer_got.status == 200
    assert asked.count("shop.example.com") == 1
    assert receiver.calls[0].headers["host"] == f"shop.example.com:{receiver.port}"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "shop.example.com",
        "https://user:secret@shop.example.com/",
        "https://shop.example.com:99999/",
        "https://shop.example.com:0/",
        "https://shop.example.com/a b",
        "https://shop.example.com/\r\nX: y",
        "https://[::1",
        "https://shop.example.com/" + "a" * 500,
        "https://例子.example/",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(RefusedAddress):
        check(url)


def test_plain_http_is_for_allowed_networks_only(monkeypatch, settings):
    look_up_as(monkeypatch, "93.184.216.34")
    with pytest.raises(RefusedAddress, match="https"):
        check("http://shop.example.com/")
    look_up_as(monkeypatch, "10.7.0.5")
    with pytest.raises(RefusedAddress):
        check("http://inside.example.com/")
    settings.WEBHOOK_ALLOWED_NETWORKS = ["10.7.0.0/16"]
    check("http://inside.example.com/")
    check("https://inside.example.com/")
    look_up_as(monkeypatch, "10.8.0.5")
    with pytest.raises(RefusedAddress):
        check("https://inside.example.com/")


def test_a_name_that_is_not_known_yet_can_be_entered(monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check("https://soon.example.com/")
    answer = calling.post("https://soon.example.com/", b"{}", {})
    assert answer.status is None and "Name or service not known" in answer.error
