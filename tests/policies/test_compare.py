"""What differs between two documents: everything, nothing twice, and in words."""

import copy

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopops.policies.bodies import as_json, as_toml, parse, validated
from shopops.policies.compare import changes, changes_in_all_languages
from shopops.policies.kinds import kinds
from shopops.policies.nodes import node_of
from shopops.policies.reading import readable
from tests.policies.strategies import bodies, mutations
from tests.policies.test_form import BY_CODE, EVERYTHING, EXAMPLE, NODE, pack_of

BODY = validated(EVERYTHING, EXAMPLE)


def said(old: dict, new: dict) -> list[tuple[str, str, str, str]]:
    return [(each.action, each.place, each.old, each.new) for each in changes(NODE, old, new)]


def changed(**values: object) -> dict:
    return {**copy.deepcopy(BODY), **values}


def step(code: str, hours: int = 1) -> dict:
    return {"code": code, "name": {"en": code.upper(), "zh": code}, "hours": hours}


def test_a_value_is_said_with_its_label_and_unit():
    new = copy.deepcopy(BODY)
    new["steps"][0]["hours"], new["rules"][0]["share"] = 48, 0.0725
    assert said(BODY, new) == [
        ("changed", "Steps › A › Hours", "1 hour", "48 hours"),
        ("changed", "Rules › late › Limit", "7%", "7.25%"),
    ]


def test_an_inserted_item_is_one_change():
    old, new = (
        changed(steps=[step("a"), step("b"), step("c")]),
        changed(steps=[step("new"), step("a"), step("b"), step("c")]),
    )
    (only,) = changes(NODE, old, new)
    assert (only.action, only.place) == ("added", "Steps › NEW")
    assert ("Hours", "1 hour") in only.lines
    (only,) = changes(NODE, new, old)
    assert only.action == "removed"


def test_moved_items_are_told_once_and_changed_ones_where_they_are():
    old = changed(steps=[step("a"), step("b"), step("c")])
    new = changed(steps=[step("c"), step("a", hours=5), step("b")])
    assert said(old, new) == [
        ("changed", "Steps › A › Hours", "1 hour", "5 hours"),
        ("moved", "Steps", "A · B · C", "C · A · B"),
    ]


def test_a_text_that_changed_in_one_language_says_which():
    (only,) = changes(NODE, BODY, changed(title={"en": "T", "zh": "标题"}))
    assert (only.place, only.old, only.new, only.language) == ("Title › 中文", "题", "标题", "zh")
    told = changes_in_all_languages(NODE, BODY, changed(title={"en": "T", "zh": "标题"}))
    assert (len(told["en"]), len(told["zh"])) == (0, 1)


def test_blanks_at_the_end_are_seen():
    (only,) = changes(NODE, BODY, changed(words="w "))
    assert (only.old, only.new) == ("“w”", "“w ”")


def test_a_field_that_an_old_version_had_not_counts_as_its_default():
    old = copy.deepcopy(BODY)
    del old["note"], old["step"]["hours"]
    old["gone"] = 7
    assert said(old, BODY) == [("changed", "gone", "7", "null")]


@pytest.mark.parametrize("code", BY_CODE)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_comparison_is_empty_exactly_when_nothing_differs(code, data):
    kind = BY_CODE[code]
    node, old = node_of(kind.type), pack_of(kind)
    new = data.draw(mutations(node, old))
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found = changes(node, old, new)
            assert bool(found) == (old != new)
            assert all(each.action != "changed" or each.old != each.new for each in found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=bodies(NODE), new=bodies(NODE))
def test_any_two_documents_can_be_compared_and_read(old, new):
    assert bool(changes(NODE, old, new)) == (old != new)
    assert changes(NODE, old, old) == []
    readable(NODE, new)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies(NODE))
def test_files_hold_the_whole_document(body):
    plain = validated(EVERYTHING, {**body, "number": 1})
    for text in (as_toml(plain), as_json(plain)):
        assert validated(EVERYTHING, parse(text)) == plain


def test_packs_written_as_toml_are_the_same_packs():
    for kind in kinds:
        assert validated(kind, parse(as_toml(pack_of(kind)))) == pack_of(kind), kind.code
