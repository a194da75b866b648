"""The form made from a type: nothing is lost on the way through it, and what is wrong is said beside its input."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopops.policies.bodies import parse as parse_file
from shopops.policies.bodies import validated
from shopops.policies.forms.bound import bound
from shopops.policies.forms.parsing import parse
from shopops.policies.forms.raw import blank, change_rows, raw_of, read
from shopops.policies.kinds import PolicyKind, kinds
from shopops.policies.nodes import node_of
from shopops.policies.reading import readable
from tests.policies.posting import as_posted
from tests.policies.strategies import bodies, mutations
from tests.policies.types import Everything

EVERYTHING = PolicyKind("everything", "Everything", Everything, Path("none.toml"))
NODE = node_of(Everything)
BY_CODE = {kind.code: kind for kind in kinds}


def pack_of(kind: PolicyKind) -> dict:
    return validated(kind, parse_file(kind.pack.read_text(encoding="utf-8")))


def through_the_form(kind: PolicyKind, body: dict) -> tuple[dict, dict]:
    node = node_of(kind.type)
    return parse(kind, read(node, as_posted(node, raw_of(node, body))))


@pytest.mark.parametrize("code", BY_CODE)
def test_every_pack_goes_through_its_form_unchanged(code):
    kind = BY_CODE[code]
    assert through_the_form(kind, pack_of(kind)) == (pack_of(kind), {})


@pytest.mark.parametrize("code", BY_CODE)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_change_of_a_pack_goes_through_its_form(code, data):
    kind = BY_CODE[code]
    body = data.draw(mutations(node_of(kind.type), pack_of(kind)))
    assert through_the_form(kind, body)[0] == body


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies(NODE))
def test_every_kind_of_field_goes_through_its_form(body):
    assert through_the_form(EVERYTHING, body)[0] == body


@pytest.mark.parametrize("code", BY_CODE)
def test_every_field_of_every_kind_has_a_label_and_draws(code):
    kind = BY_CODE[code]
    node = node_of(kind.type)
    raw = raw_of(node, pack_of(kind))
    shown = bound(node, raw, {})
    assert [each.name for each in shown] == [part.name for part in node.fields]
    unlabelled = _unlabelled(node, code)
    assert unlabelled == []


def _unlabelled(node, path):
    """Fields that have no translated label; their label is the field's name."""
    found = []
    for part in node.fields:
        here = f"{path}.{part.name}"
        if isinstance(part.node.label, str):
            found.append(here)
        for inner in (part.node, part.node.item, *(part.node.variants.values())):
            if inner is not None:
                found += _unlabelled(inner, here)
                for each in inner.variants.values():
                    found += _unlabelled(each, here)
    return list(dict.fromkeys(found))


EXAMPLE = {
    "number": 1, "ratio": 0.5, "words": "w", "flag": True, "day": "2026-11-25", "opens": "09:00:00", "wait": "PT48H",
    "letter": "A", "colour": "red", "title": {"en": "T", "zh": "题"},
    "step": {"code": "one", "name": {"en": "One", "zh": "一"}, "hours": 24},
    "steps": [{"code": "a", "name": {"en": "A", "zh": "甲"}, "hours": 1}],
    "rules": [{"kind": "limit", "code": "late", "share": 0.07, "curve": [[0.0, 1.0], [1.0, 0.0]]}],
    "by_name": {"x": {"code": "x", "name": {"en": "X", "zh": "丙"}, "hours": 3}}, "by_letter": {},
    "letters": ["B", "A"],
}  # fmt: skip


def errors_of(**inputs: str) -> dict[str, str]:
    """Change inputs by name (a dot is two underscores' worth: a__b) and return the errors."""
    posted = as_posted(NODE, raw_of(NODE, validated(EVERYTHING, EXAMPLE)))
    for name, value in inputs.items():
        posted[name.replace("__", ".")] = value
    return parse(EVERYTHING, read(NODE, posted))[1]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("number", "", "Fill this in"),
        ("number", "ten", "“ten” is no number"),
        ("number", "1.5", "no whole number"),
        ("number", "13", "thirteen brings bad luck"),
        ("number", "9" * 400, "no number that can be used"),
        ("ratio", "nan", "no number that can be used"),
        ("words", "", "Fill this in"),
        ("day", "25.11.2026", "write it as 2026-11-25"),
        ("opens", "nine", "write it as 09:00"),
        ("wait", "soon", "48 h"),
        ("letter", "Z", "not one of the choices"),
        ("title__zh", " ", "both languages"),
        ("step__hours", "0", "at least 1"),
        ("steps__0__hours", "501", "at most 500"),
        ("rules__0__share", "101", "at most 100%"),
        ("days", "2026-01-01\nsoon", "Line 2"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(name, value, words):
    errors = errors_of(**{name: value})
    place = name.replace("__", ".") if "bad luck" not in words else ""
    assert list(errors) == [place]
    assert words in errors[place]


def test_people_type_percent_and_durations():
    posted = as_posted(NODE, raw_of(NODE, validated(EVERYTHING, EXAMPLE)))
    assert posted["rules.0.share"] == "7"
    posted["rules.0.share"], posted["wait"] = "2.5 %", "2 d 3 h"
    body, errors = parse(EVERYTHING, read(NODE, posted))
    assert errors == {}
    assert (body["rules"][0]["share"], body["wait"]) == (0.025, "P2DT10800S")


def test_a_text_with_a_default_is_left_empty_in_both_languages_or_in_none():
    assert errors_of(footnote__en=" ", footnote__zh="") == {}
    assert errors_of(title__en="", title__zh="").keys() == {"title.en", "title.zh"}
    (only,) = errors_of(footnote__en="In one language only")
    assert only == "footnote.zh"


def test_an_empty_text_is_not_read_out():
    shown = {part.label: part.value for part in readable(NODE, validated(EVERYTHING, EXAMPLE))}
    assert "Title" in shown and "Footnote" not in shown
    noted = validated(EVERYTHING, {**EXAMPLE, "footnote": {"en": "See art. 4", "zh": "见第四条"}})
    assert {part.label: part.value for part in readable(NODE, noted)}["Footnote"] == "See art. 4"


def test_two_entries_with_one_code_are_refused():
    raw = raw_of(NODE, validated(EVERYTHING, EXAMPLE))
    change_rows(NODE, raw, "add:by_name")
    raw["by_name"][1] = {"key": "x", "value": raw["by_name"][0]["value"]}
    assert parse(EVERYTHING, raw)[1] == {"by_name.1.__key": "This is there twice: change or remove one."}


def test_rows_are_added_removed_and_moved_and_nothing_typed_is_lost():
    raw = raw_of(NODE, validated(EVERYTHING, EXAMPLE))
    raw["number"] = "not yet a number"
    assert change_rows(NODE, raw, "add:steps")
    assert change_rows(NODE, raw, "up:steps.1")
    assert [row["code"] for row in raw["steps"]] == ["", "a"]
    assert raw["steps"][0]["hours"] == "24"
    assert change_rows(NODE, raw, "add:rules:countdown")
    assert raw["rules"][1] == {"code": "", "days": "", "__tag": "countdown"}
    assert change_rows(NODE, raw, "add:rules.0.curve")
    assert raw["rules"][0]["curve"][-1] == ["", ""]
    assert change_rows(NODE, raw, "remove:steps.0")
    assert [row["code"] for row in raw["steps"]] == ["a"]
    assert raw["number"] == "not yet a number"
    assert read(NODE, as_posted(NODE, raw)) == raw


@pytest.mark.parametrize(
    "operation",
    ["", "add:", "add:nothing", "remove:steps.9", "up:steps.0", "down:steps.0", "remove:number", "x:steps.0"],
)
def test_an_operation_on_no_place_changes_nothing(operation):
    raw = raw_of(NODE, validated(EVERYTHING, EXAMPLE))
    assert not change_rows(NODE, raw, operation)
    assert raw == raw_of(NODE, validated(EVERYTHING, EXAMPLE))


@given(
    st.dictionaries(
        st.sampled_from(["number", "steps.__n", "rules.__n", "rules.0.__tag", "by_name.__n", "flag"]), st.text()
    )
)
def test_no_posted_form_breaks_the_page(posted):
    from django.utils.datastructures import MultiValueDict

    raw = read(NODE, MultiValueDict({name: [value] for name, value in posted.items()}))
    errors = parse(EVERYTHING, raw)[1]
    assert errors
    bound(NODE, raw, errors)


def test_a_blank_form_draws():
    assert len(bound(NODE, blank(NODE), {})) == len(NODE.fields)


def test_packs_are_toml_that_can_be_read(tmp_path):
    for kind in kinds:
        assert tomllib.loads(kind.pack.read_text(encoding="utf-8"))
