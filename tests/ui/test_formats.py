"""Words of dates, times and numbers, as the design language's table has them, in both languages."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shopops.ui import formats

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 11, 24, 9, 40, tzinfo=SHANGHAI)  # a Tuesday


@pytest.fixture(autouse=True)
def _in_shanghai():
    with timezone.override("Asia/Shanghai"):
        yield


def moment(month, day, hour=0, minute=0, year=2026):
    return dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(dt.UTC)


def both(function, *args, **kwargs):
    return tuple(function(*args, language=language, **kwargs) for language in ("en", "zh-hans"))


@pytest.mark.parametrize(
    ("value", "options", "english", "chinese"),
    [
        (moment(11, 25, 23, 40), {}, "Wed 25 Nov, 23:40", "11月25日（周三）23:40"),
        (moment(11, 25, 23, 40), {"year": "always"}, "Wed 25 Nov 2026, 23:40", "2026年11月25日（周三）23:40"),
        (moment(11, 24, 18), {}, "Today, 18:00", "今天 18:00"),
        (moment(11, 24, 18), {"year": "always"}, "Tue 24 Nov 2026, 18:00", "2026年11月24日（周二）18:00"),
        (moment(1, 23, 8, 5, year=2027), {}, "Sat 23 Jan, 08:05", "1月23日（周六）08:05"),  # 60 days away
        (moment(1, 24, 8, 5, year=2027), {}, "Sun 24 Jan 2027, 08:05", "2027年1月24日（周日）08:05"),  # 61 days
        (moment(9, 24), {}, "Thu 24 Sep 2026, 00:00", "2026年9月24日（周四）00:00"),
        (dt.date(2026, 12, 24), {}, "Thu 24 Dec", "12月24日（周四）"),
        (None, {}, "–", "–"),
    ],
)
def test_a_deadline(value, options, english, chinese):
    assert both(formats.due, value, now=NOW, **options) == (english, chinese)


def test_midnight_belongs_to_the_day_of_the_zone():
    late = dt.datetime(2026, 11, 24, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai
    assert formats.due(late, language="en", now=NOW) == "Today, 23:59"
    assert formats.due(late + dt.timedelta(minutes=1), language="en", now=NOW) == "Wed 25 Nov, 00:00"


def test_a_moment_in_a_table_has_no_weekday():
    assert both(formats.at, moment(11, 22, 20, 40), now=NOW) == ("22 Nov, 20:40", "11月22日 20:40")
    assert both(formats.at, moment(11, 24, 9, 31), now=NOW) == ("Today, 09:31", "今天 09:31")


@pytest.mark.parametrize(
    ("options", "english", "chinese"),
    [
        ({}, "24 Dec", "12月24日"),
        ({"weekday": True}, "Thu 24 Dec", "12月24日（周四）"),
        ({"year": "always"}, "24 Dec 2026", "2026年12月24日"),
        ({"weekday": True, "year": "always"}, "Thu 24 Dec 2026", "2026年12月24日（周四）"),
    ],
)
def test_a_day(options, english, chinese):
    assert both(formats.day, dt.date(2026, 12, 24), now=NOW, **options) == (english, chinese)


@pytest.mark.parametrize(
    ("start", "end", "english", "chinese"),
    [
        (moment(11, 26, 2), moment(11, 26, 5), "Thu 26 Nov, 02:00–05:00", "11月26日（周四）02:00–05:00"),
        (moment(11, 24, 2), moment(11, 24, 5), "Today, 02:00–05:00", "今天 02:00–05:00"),
        (
            moment(11, 26, 22),
            moment(11, 27, 5),
            "Thu 26 Nov, 22:00 – Fri 27 Nov, 05:00",
            "11月26日（周四）22:00–11月27日（周五）05:00",
        ),
        (
            moment(12, 31, 22),
            moment(2, 1, 5, year=2027),
            "Thu 31 Dec 2026, 22:00 – Mon 1 Feb 2027, 05:00",
            "2026年12月31日（周四）22:00–2027年2月1日（周一）05:00",
        ),
        (dt.date(2026, 9, 26), dt.date(2026, 11, 24), "26 Sep – 24 Nov", "9月26日–11月24日"),
        (dt.date(2026, 11, 3), dt.date(2026, 11, 9), "3–9 Nov", "11月3日–9日"),
        (dt.date(2026, 5, 3), dt.date(2026, 6, 9), "3 May – 9 Jun 2026", "2026年5月3日–6月9日"),
        (
            dt.date(2026, 12, 28),
            dt.date(2027, 2, 3),
            "28 Dec 2026 – 3 Feb 2027",
            "2026年12月28日–2027年2月3日",
        ),
        (dt.date(2026, 11, 3), dt.date(2026, 11, 3), "3 Nov", "11月3日"),
        (None, dt.date(2026, 11, 3), "–", "–"),
    ],
)
def test_a_range(start, end, english, chinese):
    assert both(formats.span, start, end, now=NOW) == (english, chinese)


def test_a_range_of_a_date_and_a_moment_is_a_mistake():
    with pytest.raises(TypeError, match="two dates or two moments"):
        formats.span(dt.date(2026, 11, 3), moment(11, 4), now=NOW)


def h(hours=0, minutes=0, seconds=0, days=0):
    return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("left", "english", "chinese"),
    [
        (h(38), "38 h left", "剩余 38 小时"),
        (h(38, 59), "38 h left", "剩余 38 小时"),
        (h(8, 20), "8 h 20 min left", "剩余 8 小时 20 分"),
        (h(9, 59, 59), "9 h 59 min left", "剩余 9 小时 59 分"),
        (h(10), "10 h left", "剩余 10 小时"),
        (h(3), "3 h left", "剩余 3 小时"),
        (h(0, 26), "26 min left", "剩余 26 分钟"),
        (h(0, 0, 59), "less than 1 min left", "剩余不足 1 分钟"),
        (h(71, 59), "71 h left", "剩余 71 小时"),
        (h(72), "3 days left", "剩余 3 天"),
        (h(days=30, hours=23), "30 days left", "剩余 30 天"),
        (h(), "overdue by less than 1 min", "已超时不足 1 分钟"),
        (-h(3), "overdue by 3 h", "已超时 3 小时"),
        (-h(3, 5), "overdue by 3 h 5 min", "已超时 3 小时 5 分"),
        (-h(days=4), "overdue by 4 days", "已超时 4 天"),
        (None, "–", "–"),
    ],
)
def test_what_is_left(left, english, chinese):
    assert both(formats.left, left, now=NOW) == (english, chinese)
    if left is not None:
        assert both(formats.left, NOW + left, now=NOW) == (english, chinese)


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        (h(72), "72 h", "72 小时"),
        (h(40, 20), "40 h 20 min", "40 小时 20 分"),
        (h(0, 2, 10), "2 min 10 s", "2 分 10 秒"),
        (h(0, 3), "3 min", "3 分钟"),
        (h(0, 26, 40), "26 min", "26 分钟"),
        (h(0, 0, 45), "45 s", "45 秒"),
        (0.4, "0.4 s", "0.4 秒"),
        (0, "0 s", "0 秒"),
        (h(96), "4 days", "4 天"),
        (h(days=5, hours=3), "5 days 3 h", "5 天 3 小时"),
        (h(days=30), "30 days", "30 天"),
        (-h(3), "−3 h", "−3 小时"),
        (None, "–", "–"),
    ],
)
def test_a_length_of_time(length, english, chinese):
    assert both(formats.duration, length) == (english, chinese)


@given(st.timedeltas(min_value=h(0, 0, 1), max_value=h(days=400)))
def test_nobody_is_promised_more_time_than_there_is(left):
    said = formats.left(left, language="en", now=NOW)
    units = {"days": 86400, "day": 86400, "h": 3600, "min": 60}
    words = said.removesuffix(" left").replace("less than 1 min", "0 min").split()
    promised = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert promised <= left.total_seconds()


@given(
    st.timedeltas(min_value=-h(days=400), max_value=h(days=400)),
    st.sampled_from([formats.left, formats.duration]),
)
def test_chinese_sets_a_space_between_words_and_digits(delta, function):
    said = function(delta, language="zh-hans")
    assert not re.search(r"\d[一-龥]|[一-龥]\d", said)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (129900, "CNY", "¥1,299.00"),
        (Decimal("1299"), "CNY", "¥1,299.00"),
        (Decimal("1299.005"), "cny", "¥1,299.01"),
        (5, "CNY", "¥0.05"),
        (0, "CNY", "¥0.00"),
        (-129900, "CNY", "−¥1,299.00"),
        (1299, "JPY", "JP¥1,299"),
        (67600, "BRL", "R$676.00"),
        (1200, "CHF", "CHF 12.00"),
        (123456789012, "USD", "US$1,234,567,890.12"),
        (None, "CNY", "–"),
    ],
)
def test_money(amount, currency, said):
    assert formats.money(amount, currency) == said


def test_money_is_never_a_float():
    with pytest.raises(TypeError, match="never a float"):
        formats.money(12.5, "CNY")


@given(st.integers(-(10**15), 10**15))
def test_minor_units_and_whole_units_say_the_same(minor):
    assert formats.money(minor, "CNY") == formats.money(Decimal(minor) / 100, "CNY")


@pytest.mark.parametrize(
    ("ratio", "decimals", "said"),
    [
        (0.034, None, "3.4%"),
        (Decimal("0.0042"), None, "0.42%"),
        (0.04, None, "4%"),
        (0.98, 1, "98.0%"),
        (0.992, None, "99.2%"),
        (0, None, "0%"),
        (1, None, "100%"),
        (10, None, "1,000%"),
        (-0.0312, None, "−3.1%"),
        (0.0396, 2, "3.96%"),
        (None, None, "–"),
    ],
)
def test_a_ratio(ratio, decimals, said):
    assert formats.percent(ratio, decimals=decimals) == said


def test_numbers():
    assert formats.num(12480) == "12,480"
    assert formats.num(-12480) == "−12,480"
    assert formats.num(4.85) == "4.85"
    assert formats.num(3.0) == "3"
    assert formats.num(2.345, decimals=1) == "2.3"
    assert [formats.signed(n) for n in (6, -3, 0, None)] == ["+6", "−3", "0", "–"]
    assert formats.signed(0.04, decimals=1) == "0.0"


def test_the_zone_is_named_once():
    assert formats.zone_label(language="en", now=NOW) == "China Standard Time (UTC+8)"
    assert formats.zone_label(language="zh-hans", now=NOW) == "北京时间（UTC+8）"
    with timezone.override("America/St_Johns"):
        assert formats.zone_label(language="en", now=NOW) == "America/St Johns (UTC−3:30)"


@given(st.datetimes(min_value=dt.datetime(2000, 1, 2), max_value=dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)))
def test_every_moment_can_be_said_in_both_languages(value):
    english, chinese = both(formats.due, value, now=NOW)
    assert formats.hour(value) in english
    assert formats.hour(value) in chinese
    assert "  " not in english + chinese
    assert not any(character.isascii() and character.isalpha() for character in chinese)
