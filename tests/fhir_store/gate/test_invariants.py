"""Official rules over several elements: each once kept and once broken."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from official_rules import OF_RESOURCES
from resources import a_dose, a_patient, an_observation, an_organization

from fhir_store.definitions import children, invariants_of, served_types, type_named
from fhir_store.errors import Issue, Refused
from fhir_store.gate import check, issues_of
from fhir_store.gate.invariants import LEFT_OUT, is_checked
from fhir_store.gate.invariants.registry import registered
from fhir_store.json_text import parse

UCUM = "http://unitsofmeasure.org"


def with_extension(type_: str, value: Any) -> dict[str, Any]:
    return a_patient(extension=[{"url": "urn:x", f"value{type_}": value}])


def with_repeat(**repeat: Any) -> dict[str, Any]:
    return with_extension("Timing", {"repeat": repeat})


CONDITION = {"language": "text/cql", "expression": "a"}


def with_trigger(type_: str, **elements: Any) -> dict[str, Any]:
    return with_extension("TriggerDefinition", {"type": type_, **elements})


def component(**elements: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": "urn:x", "code": "part"}]}, **elements}


Pair = tuple[dict[str, Any], dict[str, Any]]

# By key: a resource that keeps the rule, and one that breaks it.
KEPT_AND_BROKEN: dict[str, Pair] = {
    "age-1": (
        with_extension("Age", {"value": 30, "system": UCUM, "code": "a"}),
        with_extension("Age", {"value": 0, "system": UCUM, "code": "a"}),
    ),
    "att-1": (
        a_patient(photo=[{"data": "AAAA", "contentType": "image/png"}]),
        a_patient(photo=[{"data": "AAAA"}]),
    ),
    "cnt-3": (
        with_extension("Count", {"value": 2, "system": UCUM, "code": "1"}),
        with_extension("Count", {"value": 2.5, "system": UCUM, "code": "1"}),
    ),
    "cpt-2": (a_patient(telecom=[{"system": "phone", "value": "1"}]), a_patient(telecom=[{"value": "1"}])),
    "dis-1": (
        with_extension("Distance", {"value": 2, "system": UCUM, "code": "km"}),
        with_extension("Distance", {"value": 2, "unit": "km"}),
    ),
    "drq-1": (
        with_extension("DataRequirement", {"type": "Patient", "codeFilter": [{"path": "a"}]}),
        with_extension(
            "DataRequirement", {"type": "Patient", "codeFilter": [{"path": "a", "searchParam": "b"}]}
        ),
    ),
    "drq-2": (
        with_extension("DataRequirement", {"type": "Patient", "dateFilter": [{"searchParam": "a"}]}),
        with_extension("DataRequirement", {"type": "Patient", "dateFilter": [{"valueDateTime": "2021"}]}),
    ),
    "drt-1": (
        with_extension("Duration", {"value": 2, "system": UCUM, "code": "h"}),
        with_extension("Duration", {"value": 2, "system": "urn:x", "code": "h"}),
    ),
    "exp-1": (
        with_extension("Expression", {"language": "text/cql", "expression": "a"}),
        with_extension("Expression", {"language": "text/cql"}),
    ),
    "ext-1": (with_extension("String", "a"), a_patient(extension=[{"url": "urn:x"}])),
    "mad-1": (
        a_dose(dosage={"text": "a", "rateQuantity": {"value": 1}}),
        a_dose(dosage={"text": "a"}),
    ),
    "obs-3": (
        an_observation(referenceRange=[{"text": "a"}]),
        an_observation(referenceRange=[{"type": {"text": "a"}}]),
    ),
    "obs-6": (
        an_observation(dataAbsentReason={"text": "a"}),
        an_observation(dataAbsentReason={"text": "a"}, valueBoolean=False),
    ),
    "obs-7": (
        an_observation(valueInteger=0, component=[component(valueInteger=1)]),
        an_observation(valueInteger=0, code=component()["code"], component=[component(valueInteger=1)]),
    ),
    "org-1": (an_organization(), {"resourceType": "Organization", "active": True}),
    "org-2": (an_organization(address=[{"use": "work"}]), an_organization(address=[{"use": "home"}])),
    "org-3": (an_organization(telecom=[{"use": "work"}]), an_organization(telecom=[{"use": "home"}])),
    "pat-1": (a_patient(contact=[{"telecom": [{"use": "old"}]}]), a_patient(contact=[{"gender": "male"}])),
    "per-1": (
        with_extension("Period", {"start": "2021-01-02", "end": "2021-01-02"}),
        with_extension("Period", {"start": "2021-01-02", "end": "2021-01-01"}),
    ),
    "qty-3": (
        with_extension("Quantity", {"code": "a", "system": "urn:x"}),
        with_extension("Quantity", {"code": "a"}),
    ),
    "rat-1": (
        with_extension("Ratio", {"numerator": {"value": 1}, "denominator": {"value": 2}}),
        with_extension("Ratio", {"numerator": {"value": 1}}),
    ),
    "rng-2": (
        with_extension("Range", {"low": {"value": 9.5}, "high": {"value": 10}}),
        with_extension("Range", {"low": {"value": 10}, "high": {"value": 9.5}}),
    ),
    "tim-1": (with_repeat(duration=1, durationUnit="h"), with_repeat(duration=1)),
    "tim-2": (with_repeat(period=1, periodUnit="d"), with_repeat(period=1)),
    "tim-4": (with_repeat(duration=0, durationUnit="h"), with_repeat(duration=-1, durationUnit="h")),
    "tim-5": (with_repeat(period=0.0, periodUnit="d"), with_repeat(period=-0.1, periodUnit="d")),
    "tim-6": (with_repeat(period=1, periodMax=2, periodUnit="d"), with_repeat(periodMax=2, periodUnit="d")),
    "tim-7": (
        with_repeat(duration=1, durationMax=2, durationUnit="h"),
        with_repeat(durationMax=2, durationUnit="h"),
    ),
    "tim-8": (with_repeat(count=1, countMax=2), with_repeat(countMax=2)),
    "tim-9": (with_repeat(offset=30, when=["ACM"]), with_repeat(offset=30, when=["CM"])),
    "tim-10": (with_repeat(when=["CM"]), with_repeat(when=["CM"], timeOfDay=["08:00:00"])),
    "trd-1": (
        with_trigger("named-event", name="a", timingDate="2026"),
        with_trigger("named-event", name="a", timingDate="2026", data=[{"type": "Patient"}]),
    ),
    "trd-2": (
        with_trigger("data-added", data=[{"type": "Patient"}], condition=CONDITION),
        with_trigger("named-event", name="a", condition=CONDITION),
    ),
    "trd-3": (with_trigger("periodic", timingDate="2026"), with_trigger("periodic")),
} | OF_RESOURCES


@pytest.mark.parametrize("key", KEPT_AND_BROKEN)
def test_a_rule_that_is_kept_is_silent_and_one_that_is_broken_is_named(key: str) -> None:
    kept, broken = KEPT_AND_BROKEN[key]
    check(parse(json.dumps(kept)).value)
    with pytest.raises(Refused) as caught:
        check(parse(json.dumps(broken)).value)
    (issue,) = caught.value.issues
    assert issue.code == "invariant"
    assert issue.message.startswith(f"{key}: ")


def test_a_reference_to_a_contained_resource_hides_no_broken_rule() -> None:
    """At the resource itself, and at an element between."""
    contained = {"contained": [{"resourceType": "Practitioner", "id": "n"}]}
    broken = an_observation(
        **contained, performer=[{"reference": "#n"}], valueBoolean=True, dataAbsentReason={"text": "a"}
    )
    inner = a_dose(
        **contained,
        dosage={"text": "a", "extension": [{"url": "urn:x", "valueReference": {"reference": "#n"}}]},
    )
    assert [key_of(issue) for issue in issues_of(parse(json.dumps(broken)).value)] == ["obs-6"]
    assert [key_of(issue) for issue in issues_of(parse(json.dumps(inner)).value)] == ["mad-1"]


def key_of(issue: Issue) -> str:
    return issue.message.partition(":")[0]


def test_every_rule_with_a_function_has_its_pair_here_and_is_an_official_one() -> None:
    assert {key for _, key in registered()} == KEPT_AND_BROKEN.keys()
    for place, key in registered():
        type_, _, path = place.partition(".")
        assert key in invariants_of(type_, path), f"{key} on {place}"


def all_invariants(type_: str) -> Iterator[tuple[str, str]]:
    for path, element in type_named(type_).own.items():
        for key in element.get("invariants", ()):
            yield path, key


def reached(type_: str, seen: set[str]) -> set[str]:
    """The types that a resource can be made of, contained resources apart."""
    if type_ in seen or not type_:
        return seen
    seen.add(type_)
    for path in [
        "",
        *(
            p
            for p, e in type_named(type_).own.items()
            if set(e.get("types", [])) & {"BackboneElement", "Element"}
        ),
    ]:
        for element in children(type_, path).values():
            for name in element.types:
                if name != "Resource":
                    reached(name.rpartition("/")[2], seen)
    return seen


def test_each_rule_of_the_served_types_is_checked_or_left_out_with_a_reason() -> None:
    types = set().union(*(reached(type_, set()) for type_ in served_types()))
    assert {"Dosage", "Timing", "SimpleQuantity", "Narrative", "Money"} <= types
    unchecked = {
        key for type_ in types for path, key in all_invariants(type_) if not is_checked(type_, path, key)
    }
    assert unchecked == LEFT_OUT.keys()


PERIODS: list[tuple[str, str, bool]] = [
    ("2021", "2021", True),
    ("2021-05", "2021", True),
    ("2021-05-03", "2021-05", True),
    ("2021-05-03", "2021-04", False),
    ("2021-05-03", "2021-05-03T00:00:00Z", True),
    ("2021-05-03", "2021-05-02T10:00:00Z", True),  # where clocks are 14 hours ahead it is the third
    ("2021-05-03", "2021-05-02T09:59:59Z", False),
    ("2021-05-03T10:00:00Z", "2021-05-03T11:30:00+02:00", False),
    ("2021-05-03T10:00:00Z", "2021-05-03T12:00:00+02:00", True),
    ("2021-05-03T10:00:00.2Z", "2021-05-03T10:00:00.1Z", False),
    ("2021-05-03T10:00:00.2Z", "2021-05-03T10:00:00Z", True),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", True),
    ("9999-12-31", "9999", True),
    ("0001-01-01", "0001-01-01", True),
]


@pytest.mark.parametrize(("start", "end", "right"), PERIODS)
def test_per_1_refuses_only_what_surely_ends_before_it_starts(start: str, end: str, right: bool) -> None:
    resource = parse(json.dumps(with_extension("Period", {"start": start, "end": end}))).value
    if right:
        check(resource)
    else:
        with pytest.raises(Refused):
            check(resource)


def test_rng_2_does_not_compare_different_units(checked: Callable[[dict[str, Any]], bool]) -> None:
    grams, milligrams = {"value": 1, "unit": "g"}, {"value": 900, "unit": "mg"}
    assert checked(with_extension("Range", {"low": milligrams, "high": grams}))


@pytest.fixture
def checked() -> Callable[[dict[str, Any]], bool]:
    def ask(resource: dict[str, Any]) -> bool:
        check(parse(json.dumps(resource)).value)
        return True

    return ask
