"""What is read to be changed is written as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.json_text import NumberText, parse
from fhir_store.patching.kept_text import TooDeep, kept, written

SPACED = r"""{ "resourceType" : "Observation" ,
  "valueQuantity":{"value":1.50, "unit" : "\u0110\/x" } , "\u0061":[ 1e3 , -0.0,[ ],{ } ,"a\\" ],
  "x":null,"t":true
}"""

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab\\"/é', max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_every_character_is_kept() -> None:
    assert written(kept(SPACED)) == SPACED


def test_the_values_are_those_that_json_has() -> None:
    assert kept(SPACED) == parse(SPACED).value


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_json_is_kept(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert written(kept(text)) == text


def test_every_official_example_is_kept(shared_folder: Path) -> None:
    for path in sorted((shared_folder / "conformance" / "r4-examples").glob("*.json"))[:100]:
        text = parse(path.read_bytes()).text
        assert written(kept(text)) == text


def test_what_surrounds_a_change_is_kept() -> None:
    document = kept(SPACED)
    document["valueQuantity"]["value"] = NumberText("1.60")
    document["a"].insert(0, "new")
    del document["x"]
    assert written(document) == SPACED.replace("1.50", "1.60").replace(
        "[ 1e3 , -0.0,[ ],{ } ,", '[ "new" , 1e3,-0.0,[ ] ,{ },'
    ).replace('\n  "x":null,', "")


def test_a_number_of_python_is_not_taken_for_a_truth_value() -> None:
    with pytest.raises(AssertionError):
        written({"a": 1})


def test_what_nests_too_deep_is_not_written() -> None:
    assert written(kept("[" * 64 + "]" * 64)) == "[" * 64 + "]" * 64
    with pytest.raises(TooDeep):
        written([kept("[" * 64 + "]" * 64)])
