"""Regular expressions from outside: the usual meaning, in a bounded time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.errors import BadDefinition
from fhir_store.terminology.patterns import LONGEST_PATTERN, LONGEST_TEXT, pattern

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\.", "c"])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}"])


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.lists(inner, min_size=1, max_size=3).map("|".join).map("({})".format)
    return st.lists(st.tuples(inner | group, TIMES).map("".join), min_size=1, max_size=3).map("".join)


PATTERNS = st.recursive(st.tuples(ATOMS, TIMES).map("".join), _combined, max_leaves=6)


@given(PATTERNS, st.text("abc.1", max_size=8))
def test_it_means_what_it_means_elsewhere(written: str, text: str) -> None:
    try:
        matches = pattern(written)
        expected = bool(re.fullmatch(written, text))
    except (BadDefinition, re.error):
        return  # two repetitions in a row, or groups too deep
    assert matches(text) is expected


@pytest.mark.parametrize("written", ["[A-Z]{2}", "^[A-Z]{2}$", r"\w\w", "(MK|[A-LN-Z]K|RS|AL)", "(?:M)K"])
def test_patterns_of_country_codes(written: str) -> None:
    matches = pattern(written)
    assert matches("MK")
    assert not matches("MKD")
    assert not matches("")


@pytest.mark.parametrize("written", ["(a+)+b", "(a|a)*b", "((a{0,99}){0,99}){0,99}b", "(a?){150}a{150}b"])
def test_no_pattern_takes_long(written: str) -> None:
    started = time.thread_time()
    assert not pattern(written)("a" * LONGEST_TEXT)
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    "written",
    [
        "(",
        ")",
        "a)",
        "(?=a)",
        r"(a)\1",
        "[a",
        "*",
        "a**",
        "[b-a]",
        "[a--b]",
        "a" * (LONGEST_PATTERN + 1),
        "(" * 9 + "a" + ")" * 9,
    ],
)
def test_what_is_not_known_is_refused(written: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        pattern(written)
    assert written not in refused.value.message or len(written) < 3


def test_an_escaped_dollar_is_no_end() -> None:
    assert pattern(r"a\$")("a$")
    assert not pattern(r"a\$")("a")
