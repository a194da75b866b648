"""The automatic checks, as pure functions."""

import datetime as dt
import tomllib

import msgspec
import pytest
from django.utils import translation
from stdnum.cn import uscc

from merchants import checks
from merchants.checks import business, identity, papers, words
from merchants.checks.verdict import Facts, Paper, Relative
from merchants.models import Category, ShopType
from merchants.policy import ONBOARDING, OnboardingPolicy
from shopops.policies.services import validated

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def body() -> OnboardingPolicy:
    pack = tomllib.loads(ONBOARDING.pack.read_text(encoding="utf-8"))
    return msgspec.convert(validated(ONBOARDING, pack), OnboardingPolicy)


def facts(body, **changes):
    values = {"policy": body, "today": TODAY, "shop_type": "multi_brand", "category": "food"} | changes
    return Facts(**values)


# Vectors of GB 32100-2015: public companies, and the worked example of the standard, which is itself wrong.
RIGHT = [
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91110000802100433B",
    "91110108551385082Q",
    "911101085923662400",
    "91350100M000100Y43",
]


@pytest.mark.parametrize("code", RIGHT)
def test_right_credit_codes_pass(body, code):
    assert identity.credit_code(facts(body, uscc=code)).outcome == "pass"


def test_the_standards_own_example_fails(body):
    assert identity.credit_code(facts(body, uscc="91350100M000100Y4Z")).outcome == "fail"


@pytest.mark.parametrize("code", RIGHT)
def test_any_single_wrong_character_is_found(body, code):
    for at in range(18):
        for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if other != code[at]:
                wrong = code[:at] + other + code[at + 1 :]
                assert identity.credit_code(facts(body, uscc=wrong)).outcome == "fail", wrong


def test_the_check_digit_is_named(body):
    verdict = identity.credit_code(facts(body, uscc="91330100799655058C"))
    assert verdict.evidence == "credit_code.check_digit"
    assert verdict.params == {"given": "C", "expected": "B"}


def test_a_right_check_digit_around_a_wrong_organisation_code_fails(body):
    inner_wrong = "9133010079965505A"
    code = inner_wrong + uscc.calc_check_digit(inner_wrong)
    assert uscc.is_valid(code)
    verdict = identity.credit_code(facts(body, uscc=code))
    assert (verdict.outcome, verdict.evidence) == ("fail", "credit_code.organisation")
    assert verdict.params["expected"] == "8"


def test_remainders_zero_and_one_of_the_organisation_code():
    assert identity.organisation_check("59236624") == "0"
    assert identity.organisation_check("71526726") == "X"


@pytest.mark.parametrize(
    "code", ["91330100 7996 5505 8b", "９１３３０１００７９９６５５０５８Ｂ", "91330100-799655058-B"]
)
def test_codes_are_read_as_people_write_them(body, code):
    assert identity.credit_code(facts(body, uscc=code)).outcome == "pass"


@pytest.mark.parametrize(
    ("code", "outcome", "evidence"),
    [
        ("", "fail", "missing"),
        ("9133010079965505", "fail", "length"),
        ("9133010079965505OB", "fail", "characters"),
        ("9133A100799655058B", "fail", "characters"),
        ("330100000012345", "unsure", "old_number"),
        ("营业执照统一社会信用代码一二三四五六", "fail", "characters"),
    ],
)
def test_codes_that_are_none(body, code, outcome, evidence):
    verdict = identity.credit_code(facts(body, uscc=code))
    assert (verdict.outcome, verdict.evidence) == (outcome, f"credit_code.{evidence}")


def test_authorities_with_a_letter_are_valid(body):
    collective = "N2441900" + "79965505" + "8"  # N: registered by the agricultural authorities
    code = collective + uscc.calc_check_digit(collective)
    assert identity.credit_code(facts(body, uscc=code)).outcome == "pass"


def test_individuals_need_no_credit_code(body):
    assert identity.credit_code(facts(body, shop_type="individual")).outcome == "pass"


@pytest.mark.parametrize(
    ("code", "shop_type", "outcome"),
    [
        ("91330100799655058B", "flagship", "pass"),
        ("91330100799655058B", "sole_trader", "fail"),
        ("92330100799655058X", "sole_trader", "pass"),
        ("92330100799655058X", "flagship", "fail"),
        ("93330100799655058X", "multi_brand", "unsure"),
    ],
)
def test_the_kind_of_registration_fits_the_shop_type(body, code, shop_type, outcome):
    assert identity.organisation_class(facts(body, uscc=code, shop_type=shop_type)).outcome == outcome


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("11010519491231002X", "pass"),
        ("110105 19491231 002x", "pass"),
        ("110105194912310021", "fail"),
        ("110105194913310021", "fail"),
        ("", "fail"),
        ("E12345678", "unsure"),
    ],
)
def test_id_numbers(body, number, outcome):
    assert identity.id_number(facts(body, id_number=number)).outcome == outcome


@pytest.mark.parametrize(
    ("category", "scope", "outcome"),
    [
        ("food", "食品销售（仅销售预包装食品）；茶具销售", "pass"),
        ("food", "日用百货销售（不含食品）", "unsure"),
        ("food", "食品互联网销售（不含食品销售）；仓储", "pass"),
        ("food", "百货零售（除预包装食品外）", "fail"),
        ("food", "农产品销售", "unsure"),
        ("health_food", "食品销售（仅销售预包装食品）", "unsure"),
        ("health_food", "保健食品（预包装）销售", "pass"),
        ("cosmetics", "Sale of cosmetics and household goods", "pass"),
        ("cosmetics", "Retail, except cosmetics", "fail"),
        ("books", "软件开发", "unsure"),
        ("sports", "体育用品及器材零售", "pass"),
        ("food", "   ", "fail"),
    ],
)
def test_scope_against_category(body, category, scope, outcome):
    assert business.scope(facts(body, category=category, scope=scope)).outcome == outcome


def licence(**changes):
    values = {"id": 1, "type": "business_licence", "number": RIGHT[2], "holder": "杭州青屿食品有限公司"} | changes
    return Paper(**values)


def test_missing_documents_are_named(body):
    verdict = papers.documents(facts(body, papers=(licence(), Paper(2, "id_card"))))
    assert verdict.outcome == "fail"
    assert verdict.params["documents"] == ["bank_account", "brand_authorisation", "food_licence", "test_report"]


def test_an_alternative_document_will_do(body):
    there = [Paper(n, t) for n, t in enumerate(("business_licence", "id_card", "bank_account", "brand_authorisation"))]
    food = (Paper(8, "prepacked_food_filing"), Paper(9, "test_report"))
    assert papers.documents(facts(body, papers=(*there, *food))).outcome == "pass"


def test_every_shop_type_and_category_has_a_checklist(body):
    for shop_type in ShopType.values:
        for category in Category.values:
            assert body.requirements(shop_type, category)


@pytest.mark.parametrize(
    ("paper", "outcome", "evidence"),
    [
        (licence(expires_on=dt.date(2026, 11, 21)), "fail", "validity.expired"),
        (licence(expires_on=TODAY), "unsure", "validity.short"),
        (licence(expires_on=TODAY + dt.timedelta(days=29)), "unsure", "validity.short"),
        (licence(expires_on=TODAY + dt.timedelta(days=30)), "pass", "validity.until"),
        (licence(), "pass", "validity.no_end"),
        (licence(issued_on=TODAY + dt.timedelta(days=1)), "fail", "validity.future"),
        (Paper(1, "test_report", issued_on=TODAY - dt.timedelta(days=365)), "pass", "validity.no_end"),
        (Paper(1, "test_report", issued_on=TODAY - dt.timedelta(days=366)), "fail", "validity.too_old"),
        (Paper(1, "brand_authorisation", expires_on=TODAY + dt.timedelta(days=300)), "unsure", "validity.short"),
    ],
)
def test_validity(body, paper, outcome, evidence):
    verdict = papers.validity(facts(body, papers=(paper,)))
    assert (verdict.outcome, verdict.evidence) == (outcome, evidence)


@pytest.mark.parametrize(
    ("form", "document", "outcome"),
    [
        ("杭州青屿食品有限公司", "杭州青屿食品有限公司", "pass"),
        ("杭州青屿食品(集团)有限公司", "杭州青屿食品（集团） 有限公司", "pass"),
        ("Qingyu Foods Co., Ltd.", "QINGYU FOODS CO.,LTD.", "pass"),
        ("杭州青屿食品有限公司", "杭州青屿食品贸易有限公司", "fail"),
        ("𠮷野家食品有限公司", "𠮷野家食品有限公司", "pass"),
        ("𠮷野家食品有限公司", "吉野家食品有限公司", "fail"),
    ],
)
def test_names_are_compared_without_spelling(body, form, document, outcome):
    case = facts(body, legal_name=form, uscc=RIGHT[2], papers=(licence(holder=document),))
    assert papers.names(case).outcome == outcome


def test_a_licence_with_another_code_fails(body):
    case = facts(body, legal_name=licence().holder, uscc=RIGHT[0], papers=(licence(),))
    assert papers.names(case).evidence == "names.code_differs"


def test_a_flagship_shop_with_a_strangers_mark_is_unsure(body):
    mark = Paper(2, "trade_mark", holder="王小明")
    case = facts(body, shop_type="flagship", legal_name=licence().holder, uscc=RIGHT[2], papers=(licence(), mark))
    assert papers.names(case).outcome == "unsure"


@pytest.mark.parametrize(
    ("relatives", "duplicate", "related"),
    [
        ((), "pass", "pass"),
        ((Relative("屿味零食", ("uscc",), is_shop=True),), "fail", "pass"),
        ((Relative("A-1121-0001", ("uscc", "phone"), is_shop=False),), "fail", "pass"),
        ((Relative("屿味零食", ("phone",), is_shop=True),), "unsure", "pass"),
        ((Relative("屿味零食", ("person", "phone"), is_shop=True, closed=True),), "pass", "fail"),
        ((Relative("屿味零食", ("person",), is_shop=True, suspended=True),), "pass", "unsure"),
    ],
)
def test_others_with_the_same_code_or_phone(body, relatives, duplicate, related):
    case = facts(body, relatives=relatives)
    assert business.duplicates(case).outcome == duplicate
    assert business.related(case).outcome == related


def test_all_checks_run_on_an_empty_form(body):
    assert set(checks.run(facts(body))) == set(checks.CHECKS)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_evidence_can_be_said(body, language):
    moment = "2026-11-22T10:00:00+08:00"
    params = {
        "code": "x", "length": 17, "given": "C", "expected": "B", "organisation": "79965505-8", "start": "93",
        "documents": ["business_licence", "a_type_that_was_dropped"], "count": 3, "date": "2026-12-01", "form": "甲",
        "document": "乙", "word": "食品", "name": "屿味零食", "shared": ["uscc", "phone"], "place": "990000",
        "ours": "外", "theirs": "处", "alike": 0.82, "fields": ["address", "scope"], "taxpayer": "x", "number": "JY1",
        "brand": "", "owner": "甲", "levels": 3, "allowed": 2, "asked": moment, "again": moment, "source": "甲",
        "status": "revoked", "listing": "serious", "since": "2026-01-01", "reason": "乙", "items": "甲",
    }  # fmt: skip
    with translation.override(language):
        for evidence in words.SENTENCES:
            assert "%(" not in words.sentence(evidence, params, body)
        assert {words.label(code) for code in checks.CHECKS}.isdisjoint(checks.CHECKS)
