"""Codes that people copy from paper."""

import math

import pytest

from services.access.people.random_codes import LETTERS, code_digest, new_code, new_token

ASKED_FOR_BITS = 112
"""ASVS 5.0, 6.5.2: what has as many need not be hashed slowly."""


def test_a_code_is_too_long_to_be_guessed_back_from_its_digest() -> None:
    letters = new_code().replace("-", "")
    assert set(letters) <= set(LETTERS)
    assert len(letters) * math.log2(len(set(LETTERS))) >= ASKED_FOR_BITS


def test_no_code_or_token_comes_twice() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000
    assert len({new_token() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("typed", ["7K2M-X09D-AB", " 7k2m x09d ab ", "7k2mxO9dab"])
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert code_digest(typed) == code_digest("7k2m-x09d-ab")
