"""Digits stay with their units, and dates and ranges do not break."""

import pytest
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from shopops.ui.binding import JOINER, NBSP, bind, bind_html, unbind
from shopops.ui.templatetags.when import nobreak


def readable(text):
    return text.replace(NBSP, "~").replace(JOINER, "^")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("38 h left", "38~h left"),
        ("8 h 20 min left", "8~h 20~min left"),
        ("30 days left", "30~days left"),
        ("剩余 38 小时", "剩余 38~小时"),
        ("Thu 26 Nov, 02:00–05:00 (3 h)", "Thu~26~Nov,~02:00^–^05:00 (3~h)"),
        ("Due Wed 25 Nov 2026, 23:40", "Due Wed~25~Nov~2026,~23:40"),
        ("2026年11月25日（周三）23:40 前", "2026^年^11^月^25^日^（周三）^23:40~前"),
        ("11月22日 20:40", "11^月^22^日~20:40"),
        ("今天 18:00", "今天~18:00"),
        ("Wool throw, 130 × 170 cm", "Wool throw, 130~×~170~cm"),
        ("up to 10 MB each", "up to 10~MB each"),
        ("2 after-sales cases", "2 after-sales cases"),
        ("rule PR-03 version 7", "rule PR-03 version 7"),
        ("", ""),
    ],
)
def test_binding(text, bound):
    assert readable(bind(text)) == bound


@given(st.text(alphabet=st.sampled_from("0123456789 :,–日月年（）周三天小时分hminsNovWed×%")))
def test_binding_changes_nothing_but_spaces_and_joiners_and_is_done_once(text):
    assert unbind(bind(text)) == text
    assert bind(bind(text)) == bind(text)


def test_markup_is_left_alone():
    assert readable(bind_html('<a title="38 h">38 h</a> &lt;3 h')) == '<a title="38 h">38~h</a> &lt;3~h'


def test_the_filter_escapes_what_is_not_safe():
    assert readable(nobreak("<b>38 h</b>")) == "&lt;b&gt;38~h&lt;/b&gt;"
    assert readable(nobreak(mark_safe("<b>38 h</b>"))) == "<b>38~h</b>"
    assert isinstance(nobreak("x"), SafeString)
