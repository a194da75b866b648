"""The vectors of GB 32100-2015, and what a code says in words."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from merchants.checks import identity
from merchants.checks.verdict import Facts

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

#: Public companies: code, organisation code, place.
VECTORS = [
    ("914403001922038216", "19220382-1", "广东省深圳市"),
    ("9144030071526726XG", "71526726-X", "广东省深圳市"),  # the organisation code ends in X
    ("91330100799655058B", "79965505-8", "浙江省杭州市"),
    ("91110000802100433B", "80210043-3", "北京市"),
    ("91110108551385082Q", "55138508-2", "北京市海淀区"),
    ("911101085923662400", "59236624-0", "北京市海淀区"),  # remainder 0: the check digit is 0, the inner one too
    ("91350100M000100Y43", "M000100Y-4", "福建省福州市"),  # the standard's worked example, put right
]


def facts(**values):
    return Facts(policy=None, today=dt.date(2026, 11, 22), shop_type="flagship", category="home", **values)


@pytest.mark.parametrize(("code", "organisation", "place"), VECTORS)
def test_a_right_code_tells_organisation_code_taxpayer_and_place(code, organisation, place):
    assert identity.credit_code(facts(uscc=code)).outcome == "pass"
    said = identity.registered(code)
    assert said is not None
    assert (said.organisation, said.taxpayer, said.division) == (organisation, code, place)


def test_the_worked_example_of_the_standard_is_wrong():
    verdict = identity.credit_code(facts(uscc="91350100M000100Y4Z"))
    # Z is none of the 31 characters; by the rule the last one is 3.
    assert (verdict.outcome, verdict.evidence) == ("fail", "credit_code.characters")
    assert uscc.calc_check_digit("91350100M000100Y4") == "3"
    assert identity.registered("91350100M000100Y4Z") is None


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("91330100799655058B", ("Market regulation", "Enterprise"), ("市场监管", "企业")),
        ("92", ("Market regulation", "Sole trader"), ("市场监管", "个体工商户")),
        ("93", ("Market regulation", "co-operative"), ("市场监管", "农民专业合作社")),
        ("52", ("Civil affairs", "non-enterprise"), ("民政", "民办非企业单位")),
        ("N2", ("Agriculture", "Collective"), ("农业", "集体经济组织")),
        ("A9", ("Military", "Other"), ("中央军委", "其他")),
    ],
)
def test_authority_and_class_in_words(code, english, chinese):
    if len(code) == 2:
        body = f"{code}33010079965505" + "8"
        code = body + uscc.calc_check_digit(body)
    said = identity.registered(code)
    assert said is not None
    with translation.override("en"):
        assert english[0] in str(said.authority) and english[1] in str(said.organisation_class)
    with translation.override("zh-hans"):
        assert chinese[0] in str(said.authority)


@given(st.text(ALPHABET[:10], min_size=6, max_size=6), st.text(ALPHABET, min_size=8, max_size=8))
def test_any_code_with_both_check_digits_is_right_and_no_neighbour_is(place, subject):
    body = f"91{place}{subject}{identity.organisation_check(subject)}"
    code = body + uscc.calc_check_digit(body)
    assert identity.is_right(code)
    for other in ALPHABET:
        if other != code[17]:
            assert not identity.is_right(code[:17] + other)


def test_a_place_that_the_list_does_not_know_is_unsure():
    body = "91990000" + "79965505" + "8"
    verdict = identity.organisation_class(facts(uscc=body + uscc.calc_check_digit(body)))
    assert (verdict.outcome, verdict.evidence) == ("unsure", "organisation_class.place")


def id_number(place: str, born: str = "19900101") -> str:
    from stdnum.cn import ric

    body = f"{place}{born}007"
    return body + ric.calc_check_digit(f"{body}0")


@pytest.mark.parametrize(
    ("number", "outcome", "evidence"),
    [
        (id_number("110105"), "pass", "right"),
        (id_number("330113"), "unsure", "place"),  # a district of 2021: its province is known, its name is not
        (id_number("990000"), "unsure", "place"),  # nowhere
        (id_number("110105", "19901301"), "fail", "wrong"),
        (id_number("110105", "19900230"), "fail", "wrong"),
        (id_number("110105")[:17] + "Z", "fail", "check_digit"),
        ("１１０１０５１９４９１２３１００２Ｘ", "pass", "right"),
        ("H12345678", "unsure", "foreign"),
    ],
)
def test_id_numbers_of_unknown_places_are_left_to_a_person(number, outcome, evidence):
    verdict = identity.id_number(facts(id_number=number))
    assert (verdict.outcome, verdict.evidence) == (outcome, f"id_number.{evidence}")
