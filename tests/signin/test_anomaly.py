"""What counts as a suspicious sign-in: the pure judgement."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.signin.anomaly import MANY_FAILURES, Reason, Seen, hours_apart, judge

NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
ZONES = ["", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Honolulu"]


def seen(hours_ago=0.0, ok=True, device="laptop", network="10.1.1.0/24", zone=""):
    return Seen(NOW - dt.timedelta(hours=hours_ago), ok, device, network, zone)


def test_a_first_sign_in_is_never_strange():
    assert judge([], seen(zone="Asia/Shanghai")) == ()


def test_a_new_device_at_home_and_an_old_one_on_the_road_are_fine_both_new_are_not():
    history = [seen(48)]
    assert judge(history, seen(device="phone")) == ()
    assert judge(history, seen(network="10.2.2.0/24")) == ()
    assert judge(history, seen(device="phone", network="10.2.2.0/24")) == (Reason.NEW_DEVICE_AND_NETWORK,)


def test_failures_are_no_history_that_makes_a_device_known():
    history = [seen(48), seen(1, ok=False, device="thief", network="10.9.9.0/24")]
    assert judge(history, seen(device="thief", network="10.9.9.0/24")) == (Reason.NEW_DEVICE_AND_NETWORK,)


@pytest.mark.parametrize(("failures", "hours_ago", "found"), [(4, 0.5, False), (5, 0.5, True), (9, 1.5, False)])
def test_many_failures_within_an_hour_then_success_from_an_unknown_device(failures, hours_ago, found):
    history = [seen(50), *[seen(hours_ago, ok=False, device="") for _ in range(failures)]]
    assert (Reason.MANY_FAILURES in judge(history, seen(device="phone"))) is found


def test_mistyped_passwords_of_a_known_device_are_forgiven():
    history = [seen(50), *[seen(0.2, ok=False) for _ in range(MANY_FAILURES + 3)]]
    assert judge(history, seen()) == ()


def test_seven_hours_of_zones_cannot_be_crossed_in_three_but_can_in_eight():
    away = {"network": "10.2.2.0/24", "zone": "Europe/Berlin"}
    assert judge([seen(3, zone="Asia/Shanghai")], seen(**away)) == (Reason.IMPOSSIBLE_TRAVEL,)
    assert judge([seen(8, zone="Asia/Shanghai")], seen(**away)) == ()


def test_a_network_used_before_is_no_journey():
    history = [seen(300, network="10.2.2.0/24", zone="Europe/Berlin"), seen(1, zone="Asia/Shanghai")]
    assert judge(history, seen(network="10.2.2.0/24", zone="Europe/Berlin")) == ()


def test_the_date_line_is_crossed_the_short_way():
    assert hours_apart("Pacific/Auckland", "Pacific/Honolulu", NOW) == 1  # +13 and −10
    assert hours_apart("Asia/Shanghai", "no/where", NOW) == 0


attempts = st.builds(
    Seen,
    at=st.timedeltas(dt.timedelta(0), dt.timedelta(days=300)).map(lambda ago: NOW - ago),
    succeeded=st.booleans(),
    device=st.sampled_from(["", "a", "b", "c"]),
    network=st.sampled_from(["n1", "n2", "n3"]),
    zone=st.sampled_from(ZONES),
)


@given(st.lists(attempts, max_size=12), attempts)
def test_the_order_of_the_history_does_not_matter(history, this):
    by_time = sorted(history, key=lambda one: (one.at, one.zone, one.device, one.network, one.succeeded))
    if len({one.at for one in history}) == len(history):
        assert judge(history, this) == judge(by_time, this) == judge(by_time[::-1], this)


@given(st.lists(attempts, max_size=12), attempts)
def test_what_happens_later_changes_nothing(history, this):
    later = [Seen(this.at + dt.timedelta(seconds=1), True, this.device, this.network, this.zone)]
    assert judge([*history, *later], this) == judge(history, this)


@given(st.lists(attempts, max_size=12), st.sampled_from(["a", "b"]), st.sampled_from(["n1", "n2"]))
def test_whoever_comes_again_as_before_is_never_suspected(history, device, network):
    before = Seen(NOW - dt.timedelta(days=1), True, device, network)
    assert judge([*history, before], Seen(NOW, True, device, network)) == ()


@given(
    st.sampled_from(ZONES[1:]),
    st.sampled_from(ZONES[1:]),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)),
)
def test_zones_are_at_most_twelve_hours_apart_and_both_ways_the_same(one, other, naive):
    at = naive.replace(tzinfo=ZoneInfo("UTC"))
    assert 0 <= hours_apart(one, other, at) <= 12
    assert hours_apart(one, other, at) == hours_apart(other, one, at)
