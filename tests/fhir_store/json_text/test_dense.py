"""JSON without white space between its tokens: whatever white space there was, the same text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.json_text import dense, pretty

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{ "a" : 1.50 ,\n"b":[ 1, 2 ]}', '{"a":1.50,"b":[1,2]}'),
        (r'{"a": "x  \" : , [ ] y\\", "b":"\\"}', r'{"a":"x  \" : , [ ] y\\","b":"\\"}'),
        ("{\t}\r\n", "{}"),
    ],
)
def test_no_white_space_is_left_but_in_strings(before: str, after: str) -> None:
    assert dense(before) == after


@given(VALUES, st.sampled_from([None, 1, 7]))
def test_any_json_keeps_its_tokens(value: Any, indent: int | None) -> None:
    shortest = json.dumps(value, separators=(",", ":"))
    assert dense(json.dumps(value, indent=indent)) == dense(pretty(shortest)) == shortest
