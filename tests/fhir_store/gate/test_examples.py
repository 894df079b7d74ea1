"""The gate over outside resources: the official examples, spoiled copies of them, and Synthea's."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resources import a_dose, a_patient, a_stay, an_observation

from fhir_store.definitions import children
from fhir_store.errors import Refused, Unreadable
from fhir_store.gate import check
from fhir_store.json_text import DEEPEST, ResourceText, parse

Examples = Mapping[str, ResourceText]
Place = tuple[str | int, ...]

# Official examples that are wrong, and how.
WRONG_EXAMPLES = {
    # A pharmacist where only an Organization may dispense.
    "MedicationRequest-medrx0301": [("value", "MedicationRequest.dispenseRequest.performer.reference")],
    # An Encounter cannot perform anything.
    "Observation-clinical-gender": [("value", "Observation.performer[0].reference")],
}


def refusal(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        check(resource)
    except Refused as refused:
        return [(issue.code, issue.expression) for issue in refused.issues]
    return []


def test_every_official_example_enters_but_those_known_to_be_wrong(examples: Examples) -> None:
    refused = {name: found for name, one in examples.items() if (found := refusal(one.value))}
    assert refused == WRONG_EXAMPLES


def test_every_synthea_resource_enters(synthea: list[ResourceText]) -> None:
    types = {one.value["resourceType"] for one in synthea}
    assert types == {
        "Encounter",
        "Location",
        "MedicationAdministration",
        "MedicationRequest",
        "Observation",
        "Organization",
        "Patient",
        "Practitioner",
    }
    assert len(synthea) > 4000
    assert [refusal(one.value) for one in synthea if refusal(one.value)] == []


# --- spoiled copies


@pytest.fixture(scope="module")
def right(examples: Examples) -> Examples:
    """The examples that enter, without their narrative, which is text to the gate."""
    found = {name: plain(one) for name, one in examples.items() if name not in WRONG_EXAMPLES}
    return {name: read({k: v for k, v in one.items() if k != "text"}) for name, one in found.items()}


def plain(one: ResourceText) -> dict[str, Any]:
    """The example as Python values."""
    values: dict[str, Any] = json.loads(one.text)
    return values


def read(values: dict[str, Any]) -> ResourceText:
    return parse(json.dumps(values))


def slots(value: Any, at: Place = ()) -> Iterator[tuple[Any, Place]]:
    """Every object and list with the places of its members and items; its own is before theirs."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield value, (*at, name)
        yield from slots(member, (*at, name))


def survivors(right: Examples, spoil: Callable[[Any], Iterable[Any]]) -> list[tuple[str, Place]]:
    """Where an example still enters although it was spoiled there."""
    found, tried = [], 0
    for name, one in right.items():
        for holder, at in list(slots(one.value)):
            kept = holder[at[-1]]
            for spoiled in spoil(kept):
                tried += 1
                holder[at[-1]] = spoiled
                if not refusal(one.value):
                    found.append((name, at))
            holder[at[-1]] = kept
        assert not refusal(one.value)
    assert tried > 1000
    return found


@pytest.mark.parametrize("empty", [None, {}, [], "", " ", "\n"], ids=repr)
def test_no_element_may_be_empty(right: Examples, empty: Any) -> None:
    assert survivors(right, lambda _: [empty]) == []


OTHER_TYPES = parse(
    '{"object":{"id":"a","extension":[{"url":"urn:x","valueCode":"a"}]},"list":["a"],"string":"a b","number":17,"true":true}'
).value.values()


def test_no_element_may_have_another_json_type(right: Examples) -> None:
    assert survivors(right, lambda value: [one for one in OTHER_TYPES if type(one) is not type(value)]) == []


def with_unknown_element(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield {**value, "dosse": "a"}
        yield {**value, "_dosse": {"id": "a"}}
        yield {**value, "resourceType": "Patient"}


def test_no_object_may_have_an_unknown_element(right: Examples) -> None:
    survived = survivors(right, with_unknown_element)
    # A contained resource has a type, and may as well be a Patient if it has nothing but an id.
    assert [at for _, at in survived if at[0] != "contained"] == []


def test_no_coded_element_may_have_a_code_from_nowhere(right: Examples) -> None:
    tried = 0
    for name, one in right.items():
        resource = plain(one)
        for element in children(one.value["resourceType"]).values():
            if (
                element.types == ("code",)
                and element.value_set
                and isinstance(resource.get(element.name), str)
            ):
                tried += 1
                spoiled = {**resource, element.name: "from nowhere"}
                assert refusal(read(spoiled).value), (name, element.name)
    assert tried > 80


def test_no_required_element_may_be_missing(right: Examples) -> None:
    tried = 0
    for name, one in right.items():
        resource = plain(one)
        type_ = one.value["resourceType"]
        for element in children(type_).values():
            present = [json_name for json_name, _ in element.json_names() if json_name in resource]
            if element.min and present:
                tried += 1
                spoiled = {k: v for k, v in resource.items() if k not in present}
                stem = element.name.removesuffix("[x]")
                assert ("required", f"{type_}.{stem}") in refusal(read(spoiled).value), name
    assert tried > 100


def test_what_spoils_the_text_is_refused_in_every_example(right: Examples) -> None:
    for name, one in right.items():
        text = one.text
        inner = text.index("{", 1) if "{" in text[1:] else 0
        key = text[inner + 1 : text.index(":", inner)]
        deep = '{"extension":' * DEEPEST + "{}" + "}" * DEEPEST
        for spoiled in (
            text[: inner + 1] + f"{key}:1," + text[inner + 1 :],
            text[:-1] + f',"extension":{deep}}}',
            text.replace('"', '"\\u0000', 1),
            text.encode().replace(b'"', b'"\xff', 1),
            text.encode().replace(b'"', b'"\x00', 1),
            b"\xef\xbb\xbf" + text.encode(),
            text + text,
            text[:-1],
        ):
            assert is_unreadable(spoiled), name


def is_unreadable(raw: bytes | str) -> bool:
    try:
        parse(raw)
    except Unreadable:
        return True
    return False


# --- anything at all

SMALL = [a_patient("p"), a_dose("d"), a_stay("s"), an_observation("o")]
Anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["2021-02-30", "#", "Patient/1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "extension", "value", "_value", "coding", "reference", "contained"]), inner
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(SMALL), st.data())
@settings(max_examples=300)
def test_nothing_that_can_be_sent_makes_the_gate_fail(resource: dict[str, Any], data: st.DataObject) -> None:
    names = sorted(children(resource["resourceType"])) + [f"_{name}" for name in resource] + ["valueQuantity"]
    spoiled = copy.deepcopy(resource)
    known = [(holder, at[-1]) for holder, at in slots(spoiled)]
    holder, name = data.draw(
        st.sampled_from(known) | st.sampled_from(names).map(lambda name: (spoiled, name))
    )
    holder[name] = data.draw(Anything)
    try:
        value = read(spoiled).value
    except Unreadable:
        return
    for code, expression in refusal(value):
        assert code
        assert expression.startswith(resource["resourceType"]) or name == "resourceType"
