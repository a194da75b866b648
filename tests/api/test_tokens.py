"""The secrets of keys: their form, their check, what is kept."""

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.api import tokens


@given(st.binary(min_size=32, max_size=32))
def test_every_secret_is_well_formed_and_has_one_length(random):
    token = tokens.token_of(random)
    assert tokens.is_well_formed(token)
    assert len(token) == len("so_live_") + 49


@given(st.binary(min_size=32, max_size=32), st.integers(8, 56), st.sampled_from(tokens.ALPHABET))
def test_one_wrong_letter_is_noticed_without_the_database(random, place, letter):
    token = tokens.token_of(random)
    wrong = token[:place] + letter + token[place + 1 :]
    assert tokens.is_well_formed(wrong) == (wrong == token)


@pytest.mark.parametrize("text", ["", "so_live_", "so_live_" + "é" * 49, "so_test_" + "0" * 49, "so_live_" + "0" * 500])
def test_what_is_no_secret_of_ours_is_refused(text):
    assert not tokens.is_well_formed(text)


def test_the_random_part_holds_256_bits_and_the_check_is_crc32():
    assert tokens.token_of(b"\xff" * 32) != tokens.token_of(b"\xff" * 31 + b"\xfe")
    assert 62**tokens.RANDOM_LENGTH > 2**256
    body = tokens.token_of(bytes(32))[len("so_live_") :]
    assert body[:43] == "0" * 43
    number = 0
    for letter in body[43:]:
        number = number * 62 + tokens.ALPHABET.index(letter)
    assert number == zlib.crc32(b"0" * 43)


def test_only_the_sha256_is_kept_and_only_the_beginning_shown():
    token = tokens.new_token()
    assert tokens.digest(token) == hashlib.sha256(token.encode()).hexdigest()
    assert token.startswith(tokens.shown(token)) and len(tokens.shown(token)) == 14
    assert tokens.new_token() != token
