"""From print to values: codes with look-alikes, dates, amounts, terms."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from merchants.ocr import invented, normalising

TENCENT = "9144030071526726XG"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TENCENT, TENCENT),
        ("统一社会信用代码 9144 0300 7152 6726 XG", TENCENT),
        ("9144O3OO7I52672GXG", TENCENT),  # O for 0, I for 1, G for 6
        ("9144030071526726X6", TENCENT),
        ("91440300715267261G", ""),
        ("注册号 440301103568206", ""),
        ("", ""),
    ],
)
def test_a_code_is_found_and_look_alikes_are_repaired(text, code):
    assert normalising.credit_code(text) == code


@given(st.integers(0, 5000), st.data())
def test_a_repair_never_makes_up_another_code(seed, data):
    """Two characters taken for their look-alikes give the code back, or nothing; never another one that looks right."""
    code = invented.credit_code(random.Random(seed), "1", "330106")
    assert normalising.is_code(code)
    likely = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B"}
    places = data.draw(st.lists(st.sampled_from(range(18)), max_size=2, unique=True))
    read = "".join(likely.get(c, c) if at in places else c for at, c in enumerate(code))
    assert normalising.credit_code(read) in (code, "")
    assert uscc.is_valid(code)


def test_a_single_look_alike_that_a_code_cannot_have_is_always_repaired():
    assert normalising.credit_code("91330106MA7QX0T4") == ""
    code = invented.credit_code(random.Random(1), "1", "330106")
    assert normalising.credit_code(code.replace("0", "O").replace("1", "I")) == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021年04月16日", dt.date(2021, 4, 16)),
        ("2021 年 4 月 16 日", dt.date(2021, 4, 16)),
        ("二〇二一年四月十六日", dt.date(2021, 4, 16)),
        ("二○一九年十二月三十一日", dt.date(2019, 12, 31)),
        ("2021-04-16", dt.date(2021, 4, 16)),
        ("2021年O4月16日", dt.date(2021, 4, 16)),
        ("2021年02月31日", None),
        ("长期", None),
    ],
)
def test_days(text, day):
    assert normalising.date(text) == day


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2010年01月20日至2040年01月19日", (dt.date(2040, 1, 19), False)),
        ("2010年01月20日至长期", (None, True)),
        ("2010年01月20日至无固定期限", (None, True)),
        ("长期", (None, True)),
        ("2010年01月20日", (None, False)),
        ("", (None, False)),
    ],
)
def test_terms(text, end):
    assert normalising.term(text) == end


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("壹佰万元整", (Decimal(1_000_000), "CNY")),
        ("人民币壹仟陆佰捌拾万元整", (Decimal(16_800_000), "CNY")),
        ("壹亿贰仟万元整", (Decimal(120_000_000), "CNY")),
        ("叁拾万零伍佰元", (Decimal(300_500), "CNY")),
        ("100万元人民币", (Decimal(1_000_000), "CNY")),
        ("1000.000000万人民币", (Decimal(10_000_000), "CNY")),
        ("50万美元", (Decimal(500_000), "USD")),
        ("无", None),
    ],
)
def test_amounts(text, amount):
    assert normalising.amount(text) == amount


@given(st.integers(1, 99_999))
def test_chinese_numbers_are_read_as_they_are_written(value):
    read = normalising.amount(normalising.chinese_number(value) + "元整")
    assert read is not None and read[0] == value


def test_the_marks_of_print_are_full_width_and_the_standing_clause_is_whole():
    read = "食品销售(仅销售预包装食品)(除依法须经批准的项目外凭营业执照依法自主开展经营活动)"
    assert normalising.printed(read) == (
        "食品销售（仅销售预包装食品）（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
    )
    assert normalising.printed("John O'Neil, Jr.") == "John O'Neil, Jr."
