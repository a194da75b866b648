"""The chain of brand authorisations, link by link."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.checks.brands import Chain, Link, brand_chain, chain
from merchants.checks.verdict import Facts, Paper
from tests.merchants.pack import packed

TODAY = dt.date(2026, 11, 22)
BODY = packed()
OWNER, AGENT, DEALER, SHOP = (
    "北岭控股集团有限公司",
    "华东总代理有限公司",
    "杭州经销有限公司",
    "杭州北岭户外用品有限公司",
)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def link(grantor: str, holder: str, start: int = -300, end: int | None = 800) -> Link:
    return Link(grantor, holder, day(start), None if end is None else day(end))


def found(*links: Link, levels: int = 2, owners: tuple[str, ...] = (OWNER,), valid_days: int = 365) -> Chain:
    return chain(company=SHOP, owners=owners, links=links, levels=levels, valid_days=valid_days, today=TODAY)


def test_the_own_mark_needs_no_link():
    assert found(owners=(SHOP,), levels=0) == Chain(())


def test_spelling_of_names_does_not_break_a_chain():
    whole = found(Link("北嶺控股集團有限責任公司", "杭州北岭户外用品有限公司 ", day(-1), day(500)))
    assert (whole.problem, whole.level) == ("", 1)


def test_an_unbroken_chain_of_two_levels():
    whole = found(link(AGENT, SHOP, -100, 500), link(OWNER, AGENT))
    assert (whole.problem, [each.holder for each in whole.links]) == ("", [AGENT, SHOP])


def test_the_missing_link_is_named():
    broken = found(link(DEALER, SHOP), link(OWNER, AGENT))
    assert (broken.problem, broken.at) == ("open", DEALER)


def test_no_paper_at_all_names_the_company():
    assert (found().problem, found().at) == ("open", SHOP)


def test_too_many_levels():
    links = (link(DEALER, SHOP, -100, 400), link(AGENT, DEALER, -200, 500), link(OWNER, AGENT, -300, 600))
    assert found(*links, levels=2).problem == "too_long"
    assert found(*links, levels=3).problem == ""


@pytest.mark.parametrize(
    ("upper", "lower", "problem", "at"),
    [
        (link(OWNER, AGENT, -300, -1), link(AGENT, SHOP, -200, -2), "expired", AGENT),
        (link(OWNER, AGENT), link(AGENT, SHOP, -200, -2), "expired", SHOP),
        (link(OWNER, AGENT), link(AGENT, SHOP, 5, 500), "not_yet", SHOP),
        (link(OWNER, AGENT), link(AGENT, SHOP, -100, 801), "outside", SHOP),
        (link(OWNER, AGENT), link(AGENT, SHOP, -100, None), "outside", SHOP),
        (link(OWNER, AGENT, -100), link(AGENT, SHOP, -101, 500), "outside", SHOP),
        (link(OWNER, AGENT), link(AGENT, SHOP, -100, 364), "short", SHOP),
        (link(OWNER, AGENT), link(AGENT, SHOP, -100, 365), "", ""),
        (link(OWNER, AGENT, -300, None), link(AGENT, SHOP, -100, None), "", ""),
    ],
)
def test_every_link_is_in_force_long_enough_and_within_its_parent(upper, lower, problem, at):
    seen = found(upper, lower)
    assert (seen.problem, seen.at) == (problem, at)


def test_a_good_way_wins_over_a_broken_one():
    assert found(link(DEALER, SHOP), link(OWNER, SHOP)).problem == ""


def test_papers_in_a_circle_end():
    assert found(link(AGENT, SHOP), link(SHOP, AGENT), link(DEALER, AGENT), link(AGENT, DEALER)).problem == "open"


def test_without_a_mark_the_owner_is_in_doubt():
    seen = found(link(AGENT, SHOP, -10, 500), owners=())
    assert (seen.problem, seen.at) == ("no_mark", AGENT)


_NAMES = st.sampled_from([OWNER, AGENT, DEALER, SHOP, "甲有限公司", "乙有限公司"])
_DAYS = st.integers(-500, 1500)
_LINKS = st.lists(
    st.builds(lambda g, h, s, e: Link(g, h, day(min(s, e)), day(max(s, e))), _NAMES, _NAMES, _DAYS, _DAYS), max_size=12
)


@given(_LINKS, st.integers(0, 4))
def test_a_chain_without_a_problem_really_holds(links, levels):
    seen = found(*links, levels=levels)
    if seen.problem:
        return
    assert seen.level <= levels
    names = [OWNER, *(each.holder for each in seen.links)]
    assert [each.grantor for each in seen.links] == names[:-1]
    assert names[-1] == SHOP
    assert all(each in links for each in seen.links)
    assert all(each.start <= TODAY and (each.end - TODAY).days >= 365 for each in seen.links)
    for above, below in zip(seen.links, seen.links[1:], strict=False):
        assert above.start <= below.start and below.end <= above.end


@given(_LINKS, st.integers(0, 4))
def test_more_papers_never_make_it_worse(links, levels):
    if not found(*links[:-1], levels=levels).problem:
        assert not found(*links, levels=levels).problem


@given(st.integers(1, 6))
def test_a_straight_chain_holds_up_to_the_allowed_level(length):
    names = [OWNER, *(f"第{number}级代理有限公司" for number in range(1, length)), SHOP]
    links = [link(names[at], names[at + 1], -300 + at, 1200 - at) for at in range(length)]
    assert found(*links, levels=length).problem == ""
    assert found(*links, levels=length - 1).problem == "too_long"


# --- the check around it ----------------------------------------------------------------------------------------------


def mark(holder: str, brand: str = "北岭") -> Paper:
    return Paper(1, "trade_mark", "12345678", holder, brand=brand)


def grant(grantor: str, holder: str = SHOP, brand: str = "北岭", end: int = 800) -> Paper:
    return Paper(2, "brand_authorisation", "", holder, day(-100), day(end), grantor, brand)


def checked(shop_type: str, *papers: Paper, brand: str = "北岭", category: str = "sports"):
    return brand_chain(
        Facts(
            policy=BODY,
            today=TODAY,
            shop_type=shop_type,
            category=category,
            legal_name=SHOP,
            brand=brand,
            papers=papers,
        )
    )


@pytest.mark.parametrize(
    ("shop_type", "papers", "outcome", "evidence"),
    [
        ("individual", (), "pass", "not_needed"),
        ("sole_trader", (), "pass", "not_needed"),
        ("flagship", (), "fail", "nothing"),
        ("flagship", (mark(SHOP),), "pass", "own"),
        ("flagship", (mark(OWNER), grant(OWNER)), "unsure", "exclusive"),
        ("flagship", (mark(OWNER),), "fail", "open"),
        ("exclusive", (mark(OWNER), grant(OWNER)), "pass", "whole"),
        ("exclusive", (mark(OWNER), grant(AGENT), grant(OWNER, AGENT)), "fail", "too_long"),
        ("multi_brand", (mark(OWNER), grant(AGENT, end=400), grant(OWNER, AGENT)), "pass", "whole"),
        ("multi_brand", (mark(OWNER), grant(AGENT)), "fail", "open"),
        ("multi_brand", (grant(AGENT),), "unsure", "no_mark"),
        ("multi_brand", (grant(""),), "unsure", "not_typed"),
        ("multi_brand", (mark(OWNER), grant(OWNER, end=300)), "unsure", "short"),
    ],
)
def test_what_each_type_of_shop_needs(shop_type, papers, outcome, evidence):
    verdict = checked(shop_type, *papers)
    assert (verdict.outcome, verdict.evidence) == (outcome, f"brand_chain.{evidence}")


def test_some_categories_ask_for_more():
    papers = (mark(OWNER), grant(AGENT, end=400), grant(OWNER, AGENT))
    assert checked("multi_brand", *papers, category="cosmetics").evidence == "brand_chain.too_long"


def test_each_brand_of_a_multi_brand_shop_needs_its_own_chain():
    papers = (mark(OWNER), grant(OWNER), mark("乙有限公司", "乙牌"), grant("丙有限公司", brand="乙牌"))
    verdict = checked("multi_brand", *papers, brand="")
    assert (verdict.outcome, verdict.params["brand"], verdict.params["name"]) == ("fail", "乙牌", "丙有限公司")
