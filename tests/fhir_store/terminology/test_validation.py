"""The answer of $validate-code."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fhir_store.errors import BadQuestion, NotHeld
from fhir_store.gate import check_any
from fhir_store.json_text import parse
from fhir_store.terminology import (
    Terminology,
    Validation,
    codings_asked,
    parameters_resource,
    validated,
)

GENDER = "http://hl7.org/fhir/administrative-gender"
SET = "http://hl7.org/fhir/ValueSet/administrative-gender"
BLOOD = "urn:test:blood"
BLOOD_GROUPS: dict[str, Any] = {
    "resourceType": "CodeSystem",
    "url": BLOOD,
    "content": "complete",
    "caseSensitive": False,
    "concept": [
        {"code": "any", "property": [{"code": "notSelectable", "valueBoolean": True}]},
        {"code": "ap", "display": "A+", "designation": [{"value": "A  positive"}]},
        {"code": "an", "display": "A-"},
    ],
}
BLOOD_SET = {
    "resourceType": "ValueSet",
    "url": "urn:test:blood-set",
    "compose": {"include": [{"system": BLOOD}]},
}


def test_a_code_of_the_set_belongs_and_its_name_is_told(r4: Terminology) -> None:
    answer = validated(r4, r4.value_set(SET), codings_asked(system=GENDER, code="male"))
    assert answer == Validation(True, None, "Male")


@pytest.mark.parametrize(
    ("system", "code"), [(GENDER, "m"), ("urn:other", "male"), (None, "male"), (GENDER, "MALE"), (GENDER, "")]
)
def test_another_code_or_system_does_not_belong(r4: Terminology, system: str | None, code: str) -> None:
    answer = validated(r4, r4.value_set(SET), codings_asked(system=system, code=code))
    assert not answer.result
    assert answer.message


def test_a_wrong_name_is_wrong_and_the_right_one_is_told(held: Callable[..., Terminology]) -> None:
    blood = held(BLOOD_GROUPS)
    for display, result in {"A+": True, "a+": True, "a positive": True, "A-": False, "Ap": False}.items():
        answer = validated(blood, BLOOD_SET, codings_asked(system=BLOOD, code="ap", display=display))
        assert (answer.result, answer.display) == (result, "A+")


def test_case_counts_unless_the_code_system_says_not(held: Callable[..., Terminology]) -> None:
    asked = codings_asked(system=BLOOD, code="AP")
    assert validated(held(BLOOD_GROUPS), BLOOD_SET, asked).result
    assert validated(held(), BLOOD_GROUPS, asked).result
    strict = {**BLOOD_GROUPS, "caseSensitive": True}
    assert not validated(held(strict), BLOOD_SET, asked).result
    assert not validated(held(), strict, asked).result


def test_a_code_that_groups_others_belongs_only_if_such_are_asked_for(
    held: Callable[..., Terminology],
) -> None:
    asked = codings_asked(system=BLOOD, code="any")
    assert not validated(held(BLOOD_GROUPS), BLOOD_SET, asked).result
    assert validated(held(BLOOD_GROUPS), BLOOD_SET, asked, abstract=True).result


def test_one_coding_of_a_concept_is_enough(r4: Terminology) -> None:
    local = {"code": "1", "display": "local"}
    concept = {"coding": [local, {"system": GENDER, "code": "female"}], "text": "x"}
    assert validated(r4, r4.value_set(SET), codings_asked(codeable_concept=concept)).display == "Female"
    assert not validated(r4, r4.value_set(SET), codings_asked(codeable_concept={"coding": [local]})).result
    assert validated(r4, r4.value_set(SET), codings_asked(coding={"system": GENDER, "code": "male"})).result


def test_a_code_system_is_asked_with_or_without_its_name(held: Callable[..., Terminology]) -> None:
    for system, result in {BLOOD: True, None: True, GENDER: False}.items():
        assert validated(held(), BLOOD_GROUPS, codings_asked(system=system, code="an")).result is result


def test_a_part_of_a_code_system_cannot_say_that_a_code_is_not_in_it(
    held: Callable[..., Terminology],
) -> None:
    part = {**BLOOD_GROUPS, "content": "fragment"}
    assert validated(held(), part, codings_asked(code="ap")).result
    with pytest.raises(NotHeld):
        validated(held(), part, codings_asked(code="bp"))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"system": "s"},
        {"code": "a", "coding": {"code": "a"}},
        {"coding": {"code": "a"}, "display": "A"},
        {"coding": {"system": "s"}},
        {"codeable_concept": {"text": "secret"}},
    ],
)
def test_a_question_that_is_not_one_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadQuestion) as refused:
        codings_asked(**asked)
    assert "secret" not in refused.value.message


def test_the_answer_as_a_resource() -> None:
    resource = parameters_resource(Validation(False, "No.", None))
    assert resource == {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "result", "valueBoolean": False},
            {"name": "message", "valueString": "No."},
        ],
    }
    check_any(parse(json.dumps(resource)).value)
