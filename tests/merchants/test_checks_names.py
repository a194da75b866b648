"""When two names are the same, nearly the same, or different; amounts and days as licences print them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from merchants.checks import amounts, names
from merchants.checks.papers import names as check
from merchants.checks.reading import agrees, reading
from merchants.checks.verdict import Facts, Paper
from tests.merchants.pack import packed

CODE, OTHER_CODE = "91330100799655058B", "914403001922038216"
BODY = packed()


def facts(**changes):
    values = {"policy": BODY, "today": dt.date(2026, 11, 22), "shop_type": "multi_brand", "category": "home"}
    return Facts(**(values | {"uscc": CODE} | changes))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州青屿食品（集团）有限公司", "杭州青屿食品(集团)有限责任公司"),
        ("北京华兴电子股份公司", "北京華興電子股份有限公司"),
        ("Qingyu Foods Co., Ltd.", "QINGYU  FOODS COMPANY LIMITED"),
        ("ＡＢＣ贸易有限公司", "abc 贸易有限公司"),
        ("“小满”手作工作室", "小满手作工作室"),
        ("廣州貿易【東方】有限公司", "广州贸易(东方)有限公司"),
    ],
)
def test_spelling_does_not_count(one, other):
    assert names.compared(one, other, 1.0) == "equal"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("杭州北岭户外用品有限公司", "杭州北岭户处用品有限公司", "near"),
        ("杭州青屿食品有限公司", "杭州青屿食品贸易有限公司", "different"),
        ("杭州北岭户外用品有限公司", "深圳市明澈数码科技有限公司", "different"),
        ("", "杭州北岭户外用品有限公司", "different"),
    ],
)
def test_nearly_equal_is_neither_equal_nor_different(one, other, expected):
    assert names.compared(one, other, BODY.names.near) == expected


_TEXT = st.text(st.sampled_from("杭州青屿食品贸易有限公司ABCdef 123（）·"), max_size=24)


@given(_TEXT, _TEXT)
def test_likeness_is_symmetric_and_one_only_for_equal_groups(one, other):
    value = names.similarity(one, other)
    assert 0 <= value <= 1
    assert value == names.similarity(other, one)
    if names.trigrams(one):
        assert names.similarity(one, one) == 1


@pytest.mark.django_db
def test_likeness_is_what_the_database_says():
    pairs = [
        ("杭州青屿食品有限公司", "杭州青屿食品贸易有限公司"),
        ("北京北岭户外用品有限公司", "北京北峰户外用品有限公司"),
        ("Golden Field 锦禾日用", "锦禾日用 golden fields"),
        ("a", "ab"),
        ("广州（白云）贸易", "广州白云贸易"),
        ("", "x"),
    ]
    with connection.cursor() as cursor:
        for one, other in pairs:
            cursor.execute("SELECT similarity(%s, %s)", [one, other])
            assert names.similarity(one, other) == pytest.approx(cursor.fetchone()[0], abs=1e-6), (one, other)


def test_the_stretch_that_differs_is_told():
    form, typed = "杭州北岭户外用品有限公司", "杭州北岭户处用品有限公司"
    verdict = check(facts(legal_name=form, papers=(Paper(1, "business_licence", CODE, typed),)))
    assert (verdict.outcome, verdict.evidence) == ("unsure", "names.near")
    assert (verdict.params["ours"], verdict.params["theirs"]) == ("外", "处")


def test_a_name_that_the_machine_read_differently_fails_too():
    form = "杭州北岭户外用品有限公司"
    papers = (Paper(1, "business_licence", CODE, form),)
    assert check(facts(legal_name=form, papers=papers, reading={"legal_name": form})).outcome == "pass"
    other = check(facts(legal_name=form, papers=papers, reading={"legal_name": "深圳市明澈数码科技有限公司"}))
    assert (other.outcome, other.params["document"]) == ("fail", "深圳市明澈数码科技有限公司")


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("贰佰万元整", 2_000_000, "CNY"),
        ("200万元人民币", 2_000_000, "CNY"),
        ("2,000,000 yuan", 2_000_000, "CNY"),
        ("２００ 万元", 2_000_000, "CNY"),
        ("壹佰伍拾万元整", 1_500_000, "CNY"),
        ("壹亿贰仟叁佰万圆整", 123_000_000, "CNY"),
        ("叁佰零伍万美元", 3_050_000, "USD"),
        ("十万元", 100_000, "CNY"),
        ("500.5万", 5_005_000, "CNY"),
        ("壹佰元伍角", Decimal("100.5"), "CNY"),
        ("壹万亿元", 10**12, "CNY"),
        ("貳佰萬元", 2_000_000, "CNY"),
    ],
)
def test_capital_is_read_as_licences_print_it(text, value, currency):
    assert amounts.read(text) == amounts.Amount(Decimal(value), currency)


@pytest.mark.parametrize("text", ["", "以实缴为准", "n/a", "万元"])
def test_what_is_no_amount_is_none(text):
    assert amounts.read(text) is None


_DIGITS, _UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


def in_words(number: int) -> str:
    """Financial numerals of a number below 10**12, as licences print them."""

    def four(part: int) -> str:
        text, gap = "", False
        for place in (3, 2, 1, 0):
            digit = part // 10**place % 10
            if digit:
                text += ("零" if gap and text else "") + _DIGITS[digit] + _UNITS[place]
                gap = False
            else:
                gap = True
        return text

    text = ""
    for unit, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part = number // size % 10**4
        if part:
            text += ("零" if text and part < 1000 else "") + four(part) + unit
    return text + "元整"


@given(st.integers(1, 10**12 - 1))
def test_financial_numerals_mean_the_number(number):
    assert amounts.read(in_words(number)) == amounts.Amount(Decimal(number).normalize())


READ = {
    "uscc": CODE,
    "address": "浙江省杭州市西湖区文渊路18号308室",
    "legal_person": "许雨桐",
    "registered_capital": "贰佰万元整",
    "established_on": "2021-04-16",
    "legal_form": "有限责任公司（自然人投资或控股）",
}
FORM = {
    "address": "杭州市西湖区文渊路18号308室",
    "legal_person": "许雨桐",
    "registered_capital": "200万元",
    "established_on": dt.date(2021, 4, 16),
    "legal_form": "有限责任公司",
}


def test_a_form_that_agrees_with_the_reading_passes():
    verdict = reading(facts(**FORM, reading=READ))
    assert verdict.outcome == "pass"
    assert set(verdict.params["fields"]) == set(READ)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "浙江省杭州市滨江区江南大道1号"),
        ("legal_person", "许雨彤"),
        ("registered_capital", "叁佰万元整"),
        ("established_on", dt.date(2021, 4, 17)),
        ("legal_form", "股份有限公司"),
    ],
)
def test_a_field_that_was_read_differently_is_unsure_and_named(field, value):
    verdict = reading(facts(**(FORM | {field: value}), reading=READ))
    assert (verdict.outcome, verdict.params["fields"]) == ("unsure", [field])


def test_only_another_right_code_fails():
    misread = CODE[:-1] + "8"
    assert reading(facts(**FORM, reading=READ | {"uscc": misread})).outcome == "unsure"
    assert reading(facts(**FORM, reading=READ | {"uscc": OTHER_CODE})).outcome == "fail"


def test_no_reading_is_unsure_and_an_empty_field_is_no_difference():
    assert reading(facts(**FORM)).evidence == "reading.none"
    assert reading(facts(**(FORM | {"address": ""}), reading=READ)).outcome == "pass"


def test_a_day_is_one_however_it_is_written():
    assert agrees("established_on", dt.date(2021, 4, 6), "2021年4月6日")
    assert not agrees("established_on", dt.date(2021, 4, 6), "2021年4月7日")
