"""The gate over outside resources: the official examples and definitions, Synthea's, patient summaries; and over anything."""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from official_examples import WRONG_EXAMPLES
from resources import a_dose, a_patient, a_stay, an_observation

from fhir_store.definitions import children
from fhir_store.errors import Refused, Unreadable
from fhir_store.gate import check, served
from fhir_store.json_text import ResourceText, parse

Examples = Mapping[str, ResourceText]
Place = tuple[str | int, ...]


def refusal(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        check(resource)
    except Refused as refused:
        return [(issue.code, issue.expression) for issue in refused.issues]
    return []


def test_every_official_example_enters_but_those_known_to_be_wrong(examples: Examples) -> None:
    refused = {name: found[:1] for name, one in examples.items() if (found := refusal(one.value))}
    assert refused == {name: first for name, first in WRONG_EXAMPLES.items() if name in examples}


def test_every_official_example_is_kept_as_it_was_written(shared_folder: Path, examples: Examples) -> None:
    for name, one in examples.items():
        raw = (shared_folder / "conformance" / "r4-examples" / f"{name}.json").read_bytes()
        assert one.text.encode() == raw.strip(), name


def test_every_official_definition_enters(official: list[Mapping[str, Any]]) -> None:
    """They are resources too: StructureDefinitions, CodeSystems and ValueSets."""
    kept = [one for one in official if served(one["resourceType"])]
    assert len(kept) > 2000
    assert [one["id"] for one in kept if refusal(read(one).value)] == []


def test_every_patient_summary_enters(shared_folder: Path) -> None:
    files = sorted((shared_folder / "conformance" / "ips-2.0.0").glob("**/*.json"))
    found = [parse(file.read_bytes()).value for file in files]
    kept = [one for one in found if served(one.get("resourceType"))]
    assert {"Bundle", "Patient", "Composition"} <= {one["resourceType"] for one in kept}
    assert [one["id"] for one in kept if refusal(one)] == []


def test_every_synthea_resource_enters(synthea: list[ResourceText]) -> None:
    assert {"AllergyIntolerance", "CareTeam", "DocumentReference", "PractitionerRole"} <= {
        one.value["resourceType"] for one in synthea
    }
    assert len(synthea) > 5000
    assert [refusal(one.value) for one in synthea if refusal(one.value)] == []


def read(values: Mapping[str, Any]) -> ResourceText:
    return parse(json.dumps(values))


def slots(value: Any, at: Place = ()) -> Iterator[tuple[Any, Place]]:
    """Every object and list with the places of its members and items; its own is before theirs."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield value, (*at, name)
        yield from slots(member, (*at, name))


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
