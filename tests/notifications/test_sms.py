"""One segment, and the link is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.notifications.sms import shorten, size

LINK = "https://shop.example/m/1z"


@pytest.mark.parametrize(
    ("text", "is_gsm", "units", "segments"),
    [
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 307, True, 307, 3),
        ("€" * 80, True, 160, 1),  # written with an escape
        ("店" * 70, False, 70, 1),
        ("店" * 71, False, 71, 2),
        ("a" * 69 + "店", False, 70, 1),
        ("🙂" * 36, False, 72, 2),  # two units each
        ("", True, 0, 1),
    ],
)
def test_segments_are_counted_as_they_are_charged(text, is_gsm, units, segments):
    assert size(text) == type(size(text))(is_gsm, units, segments)


def test_short_words_stay_whole():
    assert shorten("Warning for Bamboo", LINK) == f"Warning for Bamboo {LINK}"


def test_long_chinese_words_are_cut_to_one_segment_of_seventy():
    text = shorten("预警：" + "发货超时" * 30, LINK)
    assert text.endswith(f"… {LINK}") and size(text).units == 70


@given(st.text(max_size=300), st.integers(0, 120))
def test_the_link_is_never_cut_and_the_text_fits_one_segment_where_the_link_does(words, length):
    link = "https://e.cn/" + "m" * length
    words = " ".join(words.split())
    text = shorten(words, link)
    assert text.endswith(link)
    if size(f"…… {link}").segments == 1:
        assert size(text).segments == 1
