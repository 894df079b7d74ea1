"""Another validator of FHIR, fhir.resources, as a second opinion: whatever it refuses, the gate refuses too.

It knows R4B, not R4; for the types served here both are the same but for what is listed. The gate refuses more:
codes from nowhere, "true" for true, references to the wrong type, days that are in no calendar.
"""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from fhir_store.errors import Refused
from fhir_store.gate import check, served_types
from fhir_store.json_text import ResourceText, parse

SPOILED: list[Any] = [
    None,
    {},
    [],
    "",
    " ",
    17,
    -5,
    1.5,
    True,
    "a b",
    "2021-02-30",
    "http://x",
    {"a": 1},
    [{}],
    [None],
]
REMOVED = object()
PER_EXAMPLE = 12

# Where the two differ although neither is wrong: none is known for the types served here.
R4_AND_R4B_DIFFER: set[tuple[str, str]] = set()


def gate_takes(text: str) -> bool:
    try:
        check(parse(text).value)
    except Refused:
        return False
    return True


def other_takes(type_: str, text: str) -> bool:
    try:
        get_fhir_model_class(type_).model_validate_json(text)
    except (ValidationError, AssertionError, ValueError):
        return False
    return True


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield (*at, name)
        yield from places(member, (*at, name))


def changed(text: str, at: tuple[str | int, ...], value: Any) -> str:
    result = json.loads(text)
    holder = result
    for name in at[:-1]:
        holder = holder[name]
    if value is REMOVED:
        del holder[at[-1]]
    else:
        holder[at[-1]] = value
    return json.dumps(result)


def let_through(type_: str, text: str, chosen: random.Random) -> list[tuple[str | int, ...]]:
    """Where the gate takes a spoiled copy that the other refuses."""
    everywhere = [at for at in places(json.loads(text)) if at[0] != "resourceType"]
    tried = chosen.sample(everywhere, min(PER_EXAMPLE, len(everywhere)))
    return [
        at
        for at in tried
        for value in (REMOVED, *SPOILED)
        if gate_takes(spoiled := changed(text, at, value)) and not other_takes(type_, spoiled)
    ]


@pytest.mark.parametrize(
    "resource", [a_dose("d"), a_patient("p"), a_stay("s"), an_observation("o"), an_organization("x")]
)
def test_what_the_other_refuses_the_gate_refuses(resource: dict[str, Any]) -> None:
    text = json.dumps(resource)
    assert gate_takes(text)
    assert other_takes(resource["resourceType"], text)
    everywhere = random.Random(0)
    assert let_through(resource["resourceType"], text, everywhere) == []


def test_what_the_other_refuses_of_the_examples_the_gate_refuses(
    examples: Mapping[str, ResourceText],
) -> None:
    chosen = random.Random(20260301)
    through = {
        (one.value["resourceType"], ".".join(str(part) for part in at if isinstance(part, str)))
        for one in examples.values()
        for at in let_through(one.value["resourceType"], one.text, chosen)
    }
    assert through == R4_AND_R4B_DIFFER


def test_the_other_takes_what_the_gate_must_not() -> None:
    """Why the gate is not that library: each of these is wrong, and only the gate says so."""
    for wrong in (
        an_observation(status="bogus"),
        a_patient(active="true"),
        a_dose(subject={"reference": "Organization/1"}),
        a_patient(extension=[{"url": "urn:x"}]),
    ):
        text = json.dumps(wrong)
        assert other_takes(wrong["resourceType"], text)
        assert not gate_takes(text)


def test_every_served_type_is_known_to_both() -> None:
    assert all(get_fhir_model_class(type_) for type_ in served_types())
