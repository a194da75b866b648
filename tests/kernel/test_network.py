"""The client's address is told by what the client cannot make up; one reading of it for limits, locks and logs."""

import pytest

from shopops.network import address_of, client_network, coarse_network, masked


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        (1, "10.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (2, "10.0.0.2", "203.0.113.5", "10.0.0.2"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "<script>", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.9:5121", "198.51.100.9"),
        (1, "10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "fe80::1%eth0", "", "fe80::1"),
        (0, "", "", ""),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(rf, settings, proxies, remote, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert address_of(rf.get("/", REMOTE_ADDR=remote, headers=headers)) == address


@pytest.mark.parametrize(
    ("remote", "own", "coarse"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", "unknown", ""),
    ],
)
def test_limits_count_what_one_client_has_and_logs_keep_less(rf, remote, own, coarse):
    request = rf.get("/", REMOTE_ADDR=remote)
    assert (client_network(request), coarse_network(request)) == (own, coarse)
    assert masked("no address") == ""
