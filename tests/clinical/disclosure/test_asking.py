"""What somebody outside may ask reads nothing that is ever taken out: each parameter of each type, by the definitions of R4."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from indexing import found
from told_of import ADDRESS, CONTACT, GAOL, HIDDEN, NAME, SEEN, telling_resources

from clinical.disclosure import WHOLE, House, leaving_alone
from clinical.disclosure.asking import (
    IDENTIFIER,
    MAY_ASK,
    NO_HINT,
    NO_PRISON_NUMBER,
    OF_THE_STORE,
    PEOPLE,
    WHICH_PATIENT,
    WHOSE,
    askable,
    may_be_followed,
    may_come_along,
    refusal_of,
    sortable,
)
from clinical.labels import Label, labels_of
from fhir_store.definitions import resource_types, served_types
from fhir_store.gate import issues_of
from fhir_store.json_text import parse
from fhir_store.search_values import search_parameters
from services.access.roles.types import CHART, DIRECTORY

Json = dict[str, Any]

TYPES = sorted((CHART | DIRECTORY) & set(served_types()))
HOUSE = House(
    prisons=frozenset({GAOL}),
    names=frozenset({NAME}),
    contacts=(CONTACT, ADDRESS),
    outside=frozenset({*(f"{type_}/{SEEN}" for type_ in resource_types()), GAOL}),
    hidden=frozenset(f"{type_}/{HIDDEN}" for type_ in resource_types()),
)
SAME = OF_THE_STORE | PEOPLE | {IDENTIFIER}
"""Looked at by whoever answers, or by whose record it is."""


@cache
def _cases(type_: str) -> list[tuple[str, Json, str | None]]:
    """The place that tells, what is stored, and what is told."""
    resources = ((place, parse(json.dumps(one))) for place, one in telling_resources(type_))
    return [
        (place, one.value, leaving_alone(one, WHOLE, HOUSE)) for place, one in resources if not issues_of(one.value)
    ]  # fmt: skip


def _told() -> Iterator[tuple[str, str, Json, str]]:
    for type_ in TYPES:
        for place, stored, told in _cases(type_):
            if told is not None:
                yield type_, place, stored, told


def test_wherever_something_tells_it_is_taken_out() -> None:
    tellings = [(type_, place) for type_, place, _, told in _told() if _tells(told)]
    assert tellings == []
    assert len(list(_told())) > 500


def _tells(told: str) -> bool:
    return any(word in told for word in ("gaol", "Gaol", "4711", "court", "judge", "555-1234", HIDDEN))


GONE = {
    ("Appointment", "participant.actor"), ("Appointment", "participant.type"), ("Bundle", "identifier"), ("Bundle", "link.relation"),
    ("Bundle", "link.url"), ("Consent", "policyRule"), ("Flag", "subject"), ("Goal", "description"), ("Goal", "subject"),
    ("Immunization", "occurrenceString"), ("MedicationAdministration", "medicationReference"), ("MedicationDispense", "medicationReference"),
    ("MedicationRequest", "medicationReference"), ("MedicationStatement", "medicationReference"), ("Organization", "name"),
    ("Provenance", "agent.who"), ("Provenance", "target"),
}  # fmt: skip
"""What cannot stand without the one element that is taken out, and is not about custody as a whole: pages and totals look at each
of these (docs/decisions/0022)."""


def test_what_is_not_told_at_all_is_hidden_from_every_search_but_for_what_cannot_stand_without_a_reference() -> (
    None
):
    gone = {
        (type_, place)
        for type_ in TYPES
        for place, stored, told in _cases(type_)
        if told is None and Label.V not in labels_of(stored) and not _of_somebody_hidden(stored)
    }
    assert gone == GONE


def _of_somebody_hidden(resource: Json) -> bool:
    """It would be part of a record that the client does not see."""
    return f"Patient/{HIDDEN}" in str(resource)


def test_what_may_be_asked_is_there_as_it_is_stored() -> None:
    wrong = [
        (type_, place, name)
        for type_, place, stored, told in _told()
        for name in askable(type_) - SAME
        if _values(stored, name) != _values(parse(told).value, name)
    ]
    assert wrong == []


def test_what_may_not_be_asked_is_not_always() -> None:
    """So the test above would find a parameter that tells."""
    differing = {
        (type_, name)
        for type_, _, stored, told in _told()
        for name in search_parameters(type_)
        if _values(stored, name) != _values(parse(told).value, name)
    }
    assert len(differing) > 200
    assert {name for _, name in differing} & MAY_ASK <= SAME | {"code", "type"}
    assert not any(name in askable(type_) - SAME for type_, name in differing)


def _values(resource: Any, name: str) -> list[Any]:
    return [one for one in found(_plain(resource)) if one.param == name]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("type_", TYPES)
def test_nothing_may_be_asked_that_is_not_named(type_: str) -> None:
    assert askable(type_) <= MAY_ASK
    assert sortable(type_) == askable(type_) - PEOPLE - {IDENTIFIER}
    assert not {"_tag", "_security", "_profile", "_source", "_text", "_content", "_list"} & askable(type_)
    assert not {"name", "address", "telecom", "phone", "email", "organization", "performer", "encounter", "context", "location"} & askable(type_)  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "names"),
    [
        ("Patient", {"identifier", "family", "given", "birthdate", "gender"}),
        ("Observation", {"patient", "subject", "code", "category", "status", "date"}),
        ("MedicationAdministration", {"patient", "code", "status", "effective-time"}),
        ("MedicationRequest", {"patient", "code", "status", "authoredon", "intent"}),
        ("MedicationDispense", {"patient", "code", "status", "whenhandedover"}),
        ("Condition", {"patient", "code", "clinical-status", "onset-date"}),
        ("EpisodeOfCare", {"patient", "type", "status", "date"}),
        ("Encounter", {"patient", "class", "status", "date"}),
    ],
)
def test_what_a_centre_works_with_may_be_asked(type_: str, names: set[str]) -> None:
    assert names <= askable(type_)


@pytest.mark.parametrize(
    ("kind", "name", "modifier", "value", "expected"),
    [
        ("token", "identifier", "", "urn:n|1", None),
        ("token", "identifier", "", "1", WHOSE),
        ("token", "identifier", "", "|1", WHOSE),
        ("token", "identifier", "", "urn:n|", WHOSE),
        ("token", "identifier", "", "urn:n|1,2", WHOSE),
        ("token", "identifier", "", "urn:throughcare:demo:prison-number|1", NO_PRISON_NUMBER),
        ("token", "identifier", "", "https://x.example/prison-number|1", NO_PRISON_NUMBER),
        ("token", "identifier", "", "urn:not-a-prison-number|1", None),
        ("reference", "patient", "", "1", None),
        ("reference", "patient", "", "Patient/1", None),
        ("reference", "patient", "", "https://x.example/fhir/Patient/1", None),
        ("reference", "patient", "", "Organization/1", WHICH_PATIENT),
        ("reference", "subject", "", "1", WHICH_PATIENT),
        ("reference", "subject", "", "Patient/1,Location/1", WHICH_PATIENT),
        ("reference", "subject", "", "Patient/1/_history/2", None),
        ("reference", "subject", "Patient", "1", None),
        ("token", "code", "", "http://loinc.org|68961-2", None),
        ("token", "code", "", "http://hl7.org/fhir/sid/icd-10|Z65.1", NO_HINT),
        ("token", "code", "", "Z651", NO_HINT),
        ("token", "code", "", "http://hl7.org/fhir/sid/icd-10|", None),
        ("token", "category", "", "laboratory,urn:throughcare:code-system:dose-reason|court", NO_HINT),
        ("token", "category", "", "urn:throughcare:code-system:exit-reason|", NO_HINT),
        ("token", "class", "", "custody", NO_HINT),
        ("token", "type", "", "urn:throughcare:code-system:facility-kind|prison", NO_HINT),
        ("token", "type", "", "urn:throughcare:code-system:facility-kind|hospital", None),
        ("token", "_id", "", "court", None),
        ("string", "family", "", "Court", None),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_by_the_question_alone(
    kind: str, name: str, modifier: str, value: str, expected: str | None
) -> None:
    assert refusal_of(kind, name, modifier, value) == expected


def test_chains_lead_through_people_alone() -> None:
    assert may_be_followed("patient", ["Patient"])
    assert may_be_followed("subject", ["Patient"])
    assert not may_be_followed("subject", ["Patient", "Location"])
    assert not may_be_followed("performer", ["Patient"])


def test_what_is_put_anew_leads_nowhere() -> None:
    assert not may_come_along("Composition", "author")
    assert may_come_along("Composition", "subject")
    assert may_come_along("Observation", "performer")
