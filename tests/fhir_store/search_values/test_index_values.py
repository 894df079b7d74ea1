"""What resources are found by: expected values written by hand, parameter by parameter."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from indexing import ZONE, by, found
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from fhir_store.definitions import served_types
from fhir_store.json_text import ResourceText
from fhir_store.search_values import (
    DateValue,
    ReferenceValue,
    TokenValue,
    index_values,
    search_parameters,
)

ATC = "http://www.whocc.no/atc"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def here(type_: str, id_: str) -> tuple[str, ...]:
    return (type_, id_, "")


# --- tokens


def test_an_identifier_is_found_by_system_and_value() -> None:
    patient = a_patient(
        identifier=[
            {"system": "urn:a", "value": "1"},
            {"value": "2"},
            {"system": "urn:a"},
            {"system": "urn:a", "value": "1", "use": "old"},
        ]
    )
    assert by("identifier", patient) == [("urn:a", "1"), ("", "2")]


def test_a_code_has_the_system_of_its_value_set() -> None:
    assert by("status", a_dose()) == [
        ("http://terminology.hl7.org/CodeSystem/medication-admin-status", "completed")
    ]
    assert by("gender", a_patient(gender="male")) == [("http://hl7.org/fhir/administrative-gender", "male")]


def test_a_concept_is_found_by_each_coding_that_has_a_code() -> None:
    concept = {
        "text": "methadone",
        "coding": [{"system": ATC, "code": "N07BC02"}, {"code": "local"}, {"system": ATC}, {"display": "x"}],
    }
    assert by("code", a_dose(medicationCodeableConcept=concept)) == [(ATC, "N07BC02"), ("", "local")]


def test_a_coding_a_boolean_and_a_contact_are_tokens() -> None:
    assert by("class", a_stay()) == [("urn:throughcare:code-system:encounter-class", "custody")]
    assert by("active", a_patient(active=False)) == [("", "false")]
    telecom = [
        {"system": "phone", "value": "+382 1"},
        {"system": "email", "value": "a@b"},
        {"system": "phone"},
    ]
    patient = a_patient(telecom=telecom)
    assert by("phone", patient) == [("", "+382 1")]
    assert by("email", patient) == [("", "a@b")]
    assert by("telecom", patient) == [("", "+382 1"), ("", "a@b")]


def test_what_a_code_is_called_is_found_by_text() -> None:
    concept = {
        "text": "methadone",
        "coding": [{"code": "N07BC02", "display": "Methadone"}, {"code": "local"}],
    }
    assert by("code:text", a_dose(medicationCodeableConcept=concept)) == [("Methadone",), ("methadone",)]
    assert by("code", a_dose(medicationCodeableConcept={"text": "methadone"})) == []
    assert by("class:text", a_stay(**{"class": {"code": "custody", "display": "In custody"}})) == [
        ("In custody",)
    ]
    assert by("_tag:text", a_patient(meta={"tag": [{"display": "demo"}]})) == [("demo",)]


def test_an_identifier_is_found_by_its_type() -> None:
    v2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
    type_ = {
        "text": "Prison number",
        "coding": [{"system": v2, "code": "PI"}, {"code": "local"}, {"system": v2}],
    }
    patient = a_patient(identifier=[{"type": type_, "system": "urn:a", "value": "1"}, {"value": "2"}])
    assert by("identifier:of-type", patient) == [(f"{v2}|PI", "1"), ("|local", "1")]
    assert by("identifier:text", patient) == [("Prison number",)]
    assert by("identifier:of-type", a_patient(identifier=[{"type": type_}])) == []


def test_labels_and_tags_are_found_on_every_type() -> None:
    meta = {"security": [{"system": "urn:s", "code": "R"}], "tag": [{"code": "demo"}]}
    for resource in (a_patient(meta=meta), a_dose(meta=meta), an_organization(meta=meta)):
        assert by("_security", resource) == [("urn:s", "R")]
        assert by("_tag", resource) == [("", "demo")]


@pytest.mark.parametrize(
    ("elements", "deceased"),
    [
        ({}, "false"),
        ({"deceasedBoolean": False}, "false"),
        ({"deceasedBoolean": True}, "true"),
        ({"deceasedDateTime": "2021"}, "true"),
    ],
)
def test_every_patient_is_deceased_or_not(elements: dict[str, Any], deceased: str) -> None:
    assert by("deceased", a_patient(**elements)) == [("", deceased)]


def test_parts_of_lists_are_reached() -> None:
    part = {"code": {"coding": [{"code": "c"}]}, "valueCodeableConcept": {"coding": [{"code": "v"}]}}
    observation = an_observation(
        component=[part, part], category=[{"coding": [{"system": "urn:c", "code": "laboratory"}]}]
    )
    assert by("category", observation) == [("urn:c", "laboratory")]
    assert by("component-code", observation) == [("", "c")]
    assert by("combo-code", observation) == [("urn:x", "cows"), ("", "c")]
    assert by("combo-value-concept", observation) == [("", "v")]


def test_of_a_choice_only_the_type_asked_for_counts() -> None:
    assert by("value-concept", an_observation(valueString="a")) == []
    assert by("value-concept", an_observation(valueCodeableConcept={"coding": [{"code": "pos"}]})) == [
        ("", "pos")
    ]


# --- references


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/p"}, here("Patient", "p")),
        ({"reference": "Patient/p/_history/3"}, here("Patient", "p")),
        ({"reference": "http://x/fhir/Patient/p"}, ("Patient", "", "http://x/fhir/Patient/p")),
        ({"reference": "http://x/fhir/Patient/p/_history/3"}, ("Patient", "", "http://x/fhir/Patient/p")),
        ({"reference": "urn:uuid:1"}, ("", "", "urn:uuid:1")),
        ({"reference": "urn:uuid:1", "type": "Patient"}, ("Patient", "", "urn:uuid:1")),
        ({"reference": "Patient?identifier=a|b"}, ("Patient", "", "Patient?identifier=a|b")),
        ({"reference": "Patient/p", "identifier": {"value": "1"}}, here("Patient", "p")),
    ],
)
def test_a_reference_is_found_by_what_it_says(reference: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert by("subject", a_dose(subject=reference)) == [expected]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"identifier": {"system": "urn:a", "value": "1"}}, ("urn:a", "1")),
        ({"identifier": {"value": "1"}, "type": "Patient"}, ("", "1")),
        ({"reference": "Patient/p", "identifier": {"system": "urn:a", "value": "1"}}, ("urn:a", "1")),
        ({"reference": "#p", "identifier": {"value": "1"}}, ("", "1")),
    ],
)
def test_a_logical_reference_is_found_by_its_identifier(
    reference: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert by("subject:identifier", a_dose(subject=reference)) == [expected]


@pytest.mark.parametrize(
    "reference", [{"reference": "#p"}, {"display": "DEMO"}, {"identifier": {"system": "urn:a"}}]
)
def test_a_reference_that_says_nothing_to_search_by_gives_nothing(reference: dict[str, Any]) -> None:
    assert by("subject", a_dose(subject=reference)) == []


@pytest.mark.parametrize(
    ("subject", "is_patient"),
    [
        ({"reference": "Patient/p"}, True),
        ({"reference": "Group/g"}, False),
        ({"reference": "http://x/fhir/Patient/p"}, True),
        ({"reference": "Patient?identifier=a|b"}, True),
        ({"identifier": {"value": "1"}, "type": "Patient"}, True),
        ({"identifier": {"value": "1"}}, False),
        ({"reference": "urn:uuid:1"}, False),
    ],
)
def test_patient_is_subject_where_that_is_a_patient(subject: dict[str, Any], is_patient: bool) -> None:
    dose = a_dose(subject=subject)
    for modifier in ("", ":identifier"):
        assert by(f"patient{modifier}", dose) == (by(f"subject{modifier}", dose) if is_patient else [])


def test_a_canonical_is_found_with_its_version_and_without() -> None:
    plan = {"resourceType": "CarePlan", "instantiatesCanonical": ["http://x/p|2", "http://x/q"]}
    assert by("instantiates-canonical", plan) == [
        ("", "", "http://x/p|2"),
        ("", "", "http://x/p"),
        ("", "", "http://x/q"),
    ]


@pytest.mark.parametrize(
    ("resource", "composition", "message"),
    [
        ({"resourceType": "Composition", "id": "c"}, [here("Composition", "c")], []),
        ({"resourceType": "MessageHeader", "id": "m"}, [], [here("MessageHeader", "m")]),
        ({"resourceType": "Composition"}, [], []),
        ({"resourceType": "Patient", "id": "p"}, [], []),
    ],
)
def test_a_document_is_found_by_its_composition_and_a_message_by_its_header(
    resource: dict[str, Any], composition: list[Any], message: list[Any]
) -> None:
    other = {"resource": {"resourceType": "Composition", "id": "second"}}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource}, other]}
    assert by("composition", bundle) == composition
    assert by("message", bundle) == message


def test_a_source_is_a_reference_or_an_attachment_that_gives_nothing() -> None:
    consent = {"resourceType": "Consent", "sourceReference": {"reference": "DocumentReference/d"}}
    assert by("source-reference", consent) == [here("DocumentReference", "d")]
    assert by("source-reference", {"resourceType": "Consent", "sourceAttachment": {"title": "a"}}) == []


def test_references_of_a_dose() -> None:
    dose = a_dose(
        context={"reference": "Encounter/e"},
        request={"reference": "MedicationRequest/o"},
        performer=[{"actor": {"reference": "Practitioner/n"}}, {"actor": {"reference": "Practitioner/w"}}],
        device=[{"reference": "Device/d"}],
    )
    assert by("context", dose) == [here("Encounter", "e")]
    assert by("request", dose) == [here("MedicationRequest", "o")]
    assert by("performer", dose) == [here("Practitioner", "n"), here("Practitioner", "w")]
    assert by("device", dose) == [here("Device", "d")]
    assert by("medication", dose) == []


def test_a_medication_reference_is_found_and_a_concept_is_not_one() -> None:
    dose = {k: v for k, v in a_dose().items() if k != "medicationCodeableConcept"}
    dose["medicationReference"] = {"reference": "Medication/m"}
    assert by("medication", dose) == [here("Medication", "m")]
    assert by("code", dose) == []


def test_references_of_a_stay() -> None:
    stay = a_stay(
        partOf={"reference": "Encounter/whole"},
        location=[{"location": {"reference": "Location/cell"}}, {"location": {"reference": "Location/ward"}}],
        participant=[
            {"individual": {"reference": "RelatedPerson/r"}},
            {"individual": {"reference": "Practitioner/d"}},
        ],
        episodeOfCare=[{"reference": "EpisodeOfCare/oat"}],
    )
    assert by("service-provider", stay) == [here("Organization", "prison")]
    assert by("part-of", stay) == [here("Encounter", "whole")]
    assert by("location", stay) == [here("Location", "cell"), here("Location", "ward")]
    assert by("practitioner", stay) == [here("Practitioner", "d")]
    assert by("participant", stay) == [here("RelatedPerson", "r"), here("Practitioner", "d")]
    assert by("episode-of-care", stay) == [here("EpisodeOfCare", "oat")]


# --- dates


def test_a_day_is_a_day_of_the_facility() -> None:
    assert by("effective-time", a_dose(at="2026-03-01")) == [
        (utc("2026-02-28T23:00"), utc("2026-03-01T23:00"))
    ]
    assert by("birthdate", a_patient(birthDate="1990-07")) == [
        (utc("1990-06-30T22:00"), utc("1990-07-31T22:00"))
    ]


def test_a_time_is_a_second_wherever_it_was() -> None:
    assert by("effective-time", a_dose(at="2026-03-01T06:10:00+01:00")) == [
        (utc("2026-03-01T05:10:00"), utc("2026-03-01T05:10:01"))
    ]


def test_an_open_stay_has_no_end() -> None:
    assert by("date", a_stay()) == [(utc("2026-01-05T13:00"), None)]
    ended = {"start": "2026-01-05", "end": "2026-01-06"}
    assert by("date", a_stay(period=ended)) == [(utc("2026-01-04T23:00"), utc("2026-01-06T23:00"))]
    assert by("date", a_stay(period={"end": "2026-01-06"})) == [(None, utc("2026-01-06T23:00"))]
    says_nothing = {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}
    assert by("date", a_stay(period=says_nothing)) == []


@pytest.mark.parametrize(
    ("effective", "low", "high"),
    [
        (
            {
                "effectiveTiming": {
                    "event": ["2026-01-09"],
                    "repeat": {"boundsPeriod": {"start": "2026-01-01"}},
                }
            },
            "2025-12-31T23:00",
            None,
        ),
        (
            {"effectiveTiming": {"event": ["2026-01-01"], "repeat": {"boundsPeriod": {"end": "2026-01-05"}}}},
            None,
            "2026-01-05T23:00",
        ),
        (
            {
                "effectiveTiming": {
                    "event": ["2026-01-09"],
                    "repeat": {"boundsPeriod": {"start": "2026-01-01", "end": "2026-01-05"}},
                }
            },
            "2025-12-31T23:00",
            "2026-01-09T23:00",
        ),
        ({"effectiveDateTime": "2026"}, "2025-12-31T23:00", "2026-12-31T23:00"),
        ({"effectiveInstant": "2026-01-01T00:00:00.5Z"}, "2026-01-01T00:00:00.5", "2026-01-01T00:00:00.6"),
        (
            {"effectivePeriod": {"start": "2026-01-01", "end": "2026-01-02"}},
            "2025-12-31T23:00",
            "2026-01-02T23:00",
        ),
        (
            {"effectiveTiming": {"event": ["2026-01-03", "2026-01-01"]}},
            "2025-12-31T23:00",
            "2026-01-03T23:00",
        ),
        (
            {"effectiveTiming": {"repeat": {"boundsPeriod": {"start": "2026-01-01"}, "frequency": 1}}},
            "2025-12-31T23:00",
            None,
        ),
    ],
)
def test_clinical_date_of_an_observation_is_its_effective_time_in_every_form(
    effective: dict[str, Any], low: str | None, high: str | None
) -> None:
    assert by("date", an_observation(**effective)) == [(low and utc(low), high and utc(high))]


def test_a_timing_without_dates_gives_none() -> None:
    assert by("date", an_observation(effectiveTiming={"code": {"text": "daily"}})) == []
    assert by("date", an_observation(effectiveTiming={"repeat": {"frequency": 1}})) == []


def test_dates_of_an_order() -> None:
    order = {
        "resourceType": "MedicationRequest",
        "authoredOn": "2026-03-01T10:00:00Z",
        "dosageInstruction": [{"timing": {"event": ["2026-03-02", "2026-03-03"]}}],
    }
    assert by("authoredon", order) == [(utc("2026-03-01T10:00:00"), utc("2026-03-01T10:00:01"))]
    assert by("date", order) == [
        (utc("2026-03-01T23:00"), utc("2026-03-02T23:00")),
        (utc("2026-03-02T23:00"), utc("2026-03-03T23:00")),
    ]


# --- the whole


def test_all_values_of_a_dose() -> None:
    dose = a_dose("d", identifier=[{"system": "urn:dose", "value": "1"}])
    second = (utc("2026-03-01T05:10:00"), utc("2026-03-01T05:10:01"))
    assert sorted(map(str, found(dose))) == sorted(
        map(
            str,
            [
                TokenValue("identifier", "urn:dose", "1"),
                TokenValue(
                    "status", "http://terminology.hl7.org/CodeSystem/medication-admin-status", "completed"
                ),
                TokenValue("code", ATC, "N07BC02"),
                ReferenceValue("subject", "Patient", "p1"),
                ReferenceValue("patient", "Patient", "p1"),
                DateValue("effective-time", *second),
            ],
        )
    )


def test_a_value_comes_once() -> None:
    twice = a_patient(identifier=[{"system": "urn:a", "value": "1"}] * 2)
    assert len(found(twice)) == len(set(found(twice)))


def test_gaps_and_what_stands_beside_primitives_are_passed_over() -> None:
    why = {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}
    timing = {"event": [None, "2026-01-01"], "_event": [why, None]}
    assert by("date", an_observation(effectiveTiming=timing)) == [
        (utc("2025-12-31T23:00"), utc("2026-01-01T23:00"))
    ]
    assert by("birthdate", a_patient(_birthDate=why)) == []
    order = {"resourceType": "MedicationRequest", "dosageInstruction": [{"timing": timing}]}
    assert by("date", order) == [(utc("2025-12-31T23:00"), utc("2026-01-01T23:00"))]


def test_what_is_contained_is_not_indexed() -> None:
    medication = {"resourceType": "Medication", "id": "m", "identifier": [{"value": "inner"}]}
    assert by("identifier", a_dose(contained=[medication])) == []


# --- the examples


@pytest.mark.parametrize(
    ("example", "parameter", "expected"),
    [
        ("Patient-example", "identifier", [("urn:oid:1.2.36.146.595.217.0.1", "12345")]),
        ("Patient-example", "birthdate", [(utc("1974-12-24T23:00"), utc("1974-12-25T23:00"))]),
        ("Patient-example", "organization", [here("Organization", "1")]),
        (
            "Observation-f001",
            "identifier",
            [("http://www.bmc.nl/zorgportal/identifiers/observations", "6323")],
        ),
        ("Observation-f001", "code", [("http://loinc.org", "15074-8")]),
        ("Observation-f001", "date", [(utc("2013-04-02T08:30:10"), None)]),
        ("Observation-f001", "patient", [here("Patient", "f001")]),
        ("Observation-f001", "performer", [here("Practitioner", "f005")]),
    ],
)
def test_official_examples_are_found(
    examples: Mapping[str, ResourceText], example: str, parameter: str, expected: list[tuple[Any, ...]]
) -> None:
    values = index_values(examples[example].value, ZONE)
    assert [tuple(value)[1:] for value in values if value.param == parameter] == expected


def test_every_example_and_every_synthea_resource_is_indexed(
    examples: Mapping[str, ResourceText], synthea: list[ResourceText]
) -> None:
    used: set[tuple[str, str]] = set()
    for one in [*examples.values(), *synthea]:
        used |= {(one.value["resourceType"], value.param) for value in index_values(one.value, ZONE)}
    known = {(type_, name) for type_ in served_types() for name in search_parameters(type_)}
    assert {(type_, param.partition(":")[0]) for type_, param in used} <= known
    assert len(used) > 500, "of the parameters are in practical use"
