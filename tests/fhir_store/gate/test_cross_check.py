"""Another validator of FHIR, fhir.resources, as a second opinion: whatever it refuses, the gate refuses too.

It knows R4B, not R4; for the types served here both are the same but for what is listed. Where the gate refuses
more, a table says what it is.
"""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from fhir_store.errors import Issue, Refused, Unreadable
from fhir_store.gate import check, issues_of, served_types
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
PER_EXAMPLE = 1

# Where the two differ although neither is wrong: none is known for the types served here.
R4_AND_R4B_DIFFER: set[tuple[str, str]] = set()

# How the issues begin of what only the gate refuses, by code.
STRICTER = {
    # Required bindings.
    "code-invalid": ("The code is not in the required value set", "One coding must be from the required"),
    "invalid": ("Narrative is one XHTML div element.",),
    # Official rules over several elements, and units; all but a few are not known to the other.
    "invariant": ("",),
    # {} where a Bundle carries a resource.
    "not-supported": ("This resource has no resourceType",),
    # null, [], [{}] and {}; 17 where a date or a uri is text; true where 1 is a number.
    "structure": (
        "null is not allowed",
        "An empty list is not allowed",
        "ele-1: ",
        "A string is expected",
        "A whole number, without quotes,",
        "A number, without quotes,",
        "true or false, without quotes,",
    ),
    # The form of what is text, and the types that a reference may name.
    "value": (
        "An empty string is not allowed",
        "A URI ",
        "A URL ",
        "A canonical address ",
        "A media type ",
        "A UCUM unit",
        "A language tag",
        "A date ",
        "Base64 ",
        "A reference is ",
        "This element refers to ",
    ),
}


def gate_takes(text: str) -> bool:
    try:
        check(parse(text).value)
    except Refused:
        return False
    return True


def other_takes(type_: str, text: str) -> bool:
    try:
        get_fhir_model_class(type_).model_validate_json(text)
    # It falls over some of what it does not take.
    except (ValidationError, AssertionError, ValueError, TypeError, LookupError):
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


def issues_with(text: str) -> list[Issue]:
    try:
        return issues_of(parse(text).value)
    except Unreadable as refusal:
        return list(refusal.issues)


Disagreement = tuple[tuple[str | int, ...], list[Issue]]


def disagreements(type_: str, text: str, chosen: random.Random) -> Iterator[Disagreement]:
    """Where the two disagree over a spoiled copy: with the gate's issues, or none if the gate takes it."""
    everywhere = [at for at in places(json.loads(text)) if at[0] != "resourceType"]
    for at in chosen.sample(everywhere, min(PER_EXAMPLE, len(everywhere))):
        for value in (REMOVED, *SPOILED):
            spoiled = changed(text, at, value)
            if bool(issues := issues_with(spoiled)) is other_takes(type_, spoiled):
                yield at, issues


def is_stricter(issue: Issue) -> bool:
    return issue.message.startswith(STRICTER.get(issue.code, ()))


@pytest.mark.parametrize(
    "resource", [a_dose("d"), a_patient("p"), a_stay("s"), an_observation("o"), an_organization("x")]
)
def test_what_the_other_refuses_the_gate_refuses(resource: dict[str, Any]) -> None:
    text = json.dumps(resource)
    assert gate_takes(text)
    assert other_takes(resource["resourceType"], text)
    found = disagreements(resource["resourceType"], text, random.Random(0))
    assert [at for at, issues in found if not issues] == []


def test_what_the_other_refuses_of_the_examples_the_gate_refuses(
    examples: Mapping[str, ResourceText],
) -> None:
    through, unexplained = set(), []
    for name, one in examples.items():
        type_ = one.value["resourceType"]
        known_to_be_wrong = {issue.expression for issue in issues_with(one.text)}
        for at, issues in disagreements(type_, one.text, random.Random(name)):
            if not issues:
                through.add((type_, ".".join(part for part in at if isinstance(part, str))))
            unexplained += [
                (name, at, issue.message)
                for issue in issues
                if not is_stricter(issue) and issue.expression not in known_to_be_wrong
            ]
    assert through == R4_AND_R4B_DIFFER
    assert unexplained == []


def test_the_other_takes_every_example_that_the_gate_takes(examples: Mapping[str, ResourceText]) -> None:
    taken = {name: one for name, one in examples.items() if gate_takes(one.text)}
    assert [name for name, one in taken.items() if not other_takes(one.value["resourceType"], one.text)] == []


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
