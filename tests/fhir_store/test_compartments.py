"""Whose record a resource is part of."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation, an_organization

from fhir_store.compartments import patients_of
from fhir_store.definitions import compartment, served_types
from fhir_store.json_text import ResourceText, parse


def patients(resource: Mapping[str, Any]) -> set[str]:
    return set(patients_of(parse(json.dumps(resource)).value))


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (a_dose(patient="p"), {"p"}),
        (a_stay(patient="p"), {"p"}),
        (an_observation(patient="p", performer=[{"reference": "Patient/q"}]), {"p", "q"}),
        (an_observation(performer=[{"reference": "Practitioner/n"}]), {"p1"}),
        (a_dose(subject={"reference": "Group/g"}), set()),
        (a_dose(subject={"reference": "Patient/p/_history/2"}), {"p"}),
        (a_dose(subject={"reference": "http://x/fhir/Patient/p"}), set()),
        (a_dose(subject={"reference": "Patient?identifier=a|b"}), set()),
        (a_dose(subject={"identifier": {"value": "1"}, "type": "Patient"}), set()),
        (a_dose(performer=[{"actor": {"reference": "Patient/self"}}]), {"p1", "self"}),
        (an_observation(focus=[{"reference": "Patient/x"}]), {"p1"}),
        (an_organization("o"), set()),
        (a_patient("p"), {"p"}),
        (a_patient(), set()),
        (a_patient("p", link=[{"other": {"reference": "Patient/q"}, "type": "seealso"}]), {"p", "q"}),
        (a_patient("p", link=[{"other": {"reference": "RelatedPerson/q"}, "type": "seealso"}]), {"p"}),
        ({"resourceType": "EpisodeOfCare", "patient": {"reference": "Patient/p"}}, {"p"}),
        ({"resourceType": "MedicationRequest", "subject": {"reference": "Patient/p"}}, {"p"}),
        ({"resourceType": "Practitioner", "id": "n"}, set()),
        ({"resourceType": "Location", "id": "l"}, set()),
        (
            {"resourceType": "Task", "for": {"reference": "Patient/p"}, "focus": {"reference": "Patient/q"}},
            {"p", "q"},
        ),
        (
            {
                "resourceType": "Task",
                "for": {"reference": "Patient/p"},
                "focus": {"reference": "Encounter/q"},
            },
            {"p"},
        ),
        ({"resourceType": "Task", "owner": {"reference": "Patient/p"}}, set()),
        ({"resourceType": "Binary", "securityContext": {"reference": "Patient/p"}}, {"p"}),
        ({"resourceType": "Binary", "securityContext": {"reference": "DocumentReference/d"}}, set()),
        ({"resourceType": "DocumentReference", "subject": {"reference": "Patient/p"}}, {"p"}),
        ({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p"}}]}, set()),
    ],
)
def test_a_resource_is_in_the_compartments_of_its_patients(
    resource: dict[str, Any], expected: set[str]
) -> None:
    assert patients(resource) == expected


def test_every_synthea_resource_of_a_person_is_in_one(synthea: list[ResourceText]) -> None:
    """Bundle entries refer by urn: until a transaction resolves them; Synthea makes the id from the same UUID."""
    types = set(served_types()) & compartment("Patient").keys()
    type_of = {one.value["id"]: one.value["resourceType"] for one in synthea}
    for one in synthea:
        resolved = re.sub(
            '"urn:uuid:([^"]+)"', lambda found: f'"{type_of.get(found[1], "Basic")}/{found[1]}"', one.text
        )
        expected = 1 if one.value["resourceType"] in types else 0
        assert len(patients_of(parse(resolved).value)) == expected


def test_a_patient_who_is_only_mentioned_is_not_concerned() -> None:
    """The definition names subject, patient and performer of a dose, and not the author of a note."""
    dose = a_dose(patient="p", note=[{"text": "a", "authorReference": {"reference": "Patient/q"}}])
    assert patients(dose) == {"p"}
