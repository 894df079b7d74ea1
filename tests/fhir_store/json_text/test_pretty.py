"""JSON set out for a person: other white space, the same tokens."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.json_text import ResourceText, parse, pretty

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^{}\[\],:"\s]+')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{"a":1.50,"b":[{"c":"x"},true]}',
            '{\n  "a": 1.50,\n  "b": [\n    {\n      "c": "x"\n    },\n    true\n  ]\n}',
        ),
        ('{ "a" :\n [ ] , "b":{\t} }', '{\n  "a": [ ],\n  "b": {\t}\n}'),
        (r'{"a":"\u00e9 {\"b\": [1, 2]}"}', '{\n  "a": "\\u00e9 {\\"b\\": [1, 2]}"\n}'),
        ("{}", "{}"),
    ],
)
def test_each_member_and_entry_has_its_line(before: str, after: str) -> None:
    assert pretty(before) == after


@given(VALUES, st.booleans(), st.sampled_from([None, 1, 7]))
def test_any_json_keeps_its_tokens(value: Any, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    assert TOKEN.findall(pretty(text)) == TOKEN.findall(text)
    if not re.search(r"[\[{]\s*[\]}]", text):
        assert pretty(text) == json.dumps(value, ensure_ascii=is_ascii, indent=2)


def test_every_example_keeps_its_tokens(examples: Mapping[str, ResourceText]) -> None:
    for name, example in examples.items():
        shown = pretty(example.text)
        assert parse(shown).value == example.value, name
        assert TOKEN.findall(shown) == TOKEN.findall(example.text), name
