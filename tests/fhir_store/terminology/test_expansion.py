"""The answer of $expand."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from fhir_store.errors import BadQuestion
from fhir_store.gate import check_any
from fhir_store.json_text import parse
from fhir_store.terminology import Terminology, expansion_asked, expansion_resource

SET = "http://hl7.org/fhir/ValueSet/administrative-gender"


def answer(terminology: Terminology, value_set: Mapping[str, Any], **asked: str) -> dict[str, Any]:
    found = expansion_resource(
        terminology,
        value_set,
        expansion_asked(asked.items()),
        identifier="urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427",
        timestamp="2026-03-01T05:10:00Z",
    )
    check_any(parse(json.dumps(found)).value)
    return found


def test_the_answer_is_a_valid_value_set_with_its_codes(r4: Terminology) -> None:
    found = answer(r4, r4.value_set(SET))
    assert (found["url"], found["status"], "compose" in found) == (SET, "active", False)
    assert found["expansion"]["total"] == 4
    assert found["expansion"]["contains"][0] == {
        "system": "http://hl7.org/fhir/administrative-gender",
        "code": "male",
        "display": "Male",
    }
    assert found["expansion"]["parameter"] == [
        {"name": "version", "valueUri": "http://hl7.org/fhir/administrative-gender|4.0.1"}
    ]


def test_pages_together_are_the_whole(r4: Terminology) -> None:
    pages = [answer(r4, r4.value_set(SET), offset=str(n), count="3")["expansion"] for n in (0, 3)]
    assert [page["offset"] for page in pages] == [0, 3]
    assert [one["code"] for page in pages for one in page["contains"]] == [
        "male",
        "female",
        "other",
        "unknown",
    ]
    assert {page["total"] for page in pages} == {4}
    assert {"name": "count", "valueInteger": 3} in pages[0]["parameter"]
    assert "contains" not in answer(r4, r4.value_set(SET), count="0")["expansion"]


def test_a_filter_narrows_the_total_too(r4: Terminology) -> None:
    found = answer(r4, r4.value_set(SET), filter="male")["expansion"]
    assert (found["total"], [one["code"] for one in found["contains"]]) == (2, ["male", "female"])


def test_names_in_other_languages_are_given_when_asked(r4: Terminology) -> None:
    names = [
        {"language": "sr-Cyrl", "value": "метадон"},
        {"language": "sr-Latn", "value": "metadon"},
        {"value": "M", "use": {"code": "short"}},
    ]
    concept = {"code": "m", "display": "Methadone", "designation": names}
    value_set = {
        "resourceType": "ValueSet",
        "status": "draft",
        "compose": {"include": [{"system": "urn:x", "concept": [concept]}]},
    }
    shown = answer(r4, value_set)["expansion"]["contains"]
    assert shown == [{"system": "urn:x", "code": "m", "display": "Methadone"}]
    for language, display in {
        "sr": "метадон",
        "SR-latn": "metadon",
        "sq": "Methadone",
        "s": "Methadone",
    }.items():
        assert (
            answer(r4, value_set, displayLanguage=language)["expansion"]["contains"][0]["display"] == display
        )
    assert (
        answer(r4, value_set, includeDesignations="true")["expansion"]["contains"][0]["designation"] == names
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"nonsense": "1"},
        {"profile": "urn:x"},
        {"count": "-1"},
        {"count": "ten"},
        {"offset": "1.5"},
        {"activeOnly": "yes"},
        {"filter": " "},
    ],
)
def test_what_is_not_understood_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadQuestion) as refused:
        expansion_asked(asked.items())
    assert not any(
        value in refused.value.message for value in asked.values() if value.strip() and len(value) > 2
    )


def test_nothing_may_be_said_twice() -> None:
    with pytest.raises(BadQuestion):
        expansion_asked([("count", "1"), ("count", "2")])


def test_a_flat_list_is_the_answer_to_both(r4: Terminology) -> None:
    for nested in ("true", "false"):
        assert answer(r4, r4.value_set(SET), excludeNested=nested)["expansion"]["total"] == 4
