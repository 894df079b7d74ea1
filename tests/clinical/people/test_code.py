"""The code on a card: read well or badly, and nothing in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical.people.code import RANDOM_BELOW, code_from, is_code, looks_like_code
from clinical.people.temporary_number import temporary_number

CODE = code_from(123456789012345678)


@given(st.integers(0, RANDOM_BELOW - 1))
def test_a_code_is_twenty_digits_that_a_keyboard_of_any_country_types_alike(drawn: int) -> None:
    code = code_from(drawn)
    assert is_code(code)
    assert len(code) == 20
    assert code.isdigit()


@given(st.integers(0, RANDOM_BELOW - 1), st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_told_from_a_code(drawn: int, place: int, more: int) -> None:
    code = code_from(drawn)
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    assert not is_code(wrong)
    assert looks_like_code(wrong)


@pytest.mark.parametrize(
    "text", ["", CODE[:-1], f"{CODE}0", f"x{CODE[1:]}", CODE.translate(str.maketrans("1", "١"))]
)
def test_what_is_no_code(text: str) -> None:
    assert not is_code(text)


def test_a_temporary_number_tells_nothing_of_whom_it_names() -> None:
    assert temporary_number(4719936) == "T-0471-9936"
