"""Another system's ids: each is one id here, whatever comes first, and references follow."""

import json
import subprocess
import sys
from typing import Any

import pytest
from resources import a_dose, a_patient, text_of

from fhir_store.identities import (
    canonical,
    known_sources,
    local_id,
    localized,
    localized_references,
    remember_source,
)
from fhir_store.json_text import parse
from fhir_store.write import raw_cursor
from services.shared.database import Database

HOSPITAL = "https://hospital.example/fhir"
LAB = "https://lab.example/r4"
NONE_KNOWN: dict[str, str] = {}


def _subject(reference: str, known: dict[str, str] = NONE_KNOWN) -> str:
    """What a dose's subject becomes."""
    dose = localized(text_of(a_dose("d1", subject={"reference": reference})), HOSPITAL, known)
    return str(dose.value["subject"]["reference"])


def test_the_same_id_of_two_systems_is_two_ids_here() -> None:
    assert local_id(HOSPITAL, "Patient", "1") != local_id(LAB, "Patient", "1")
    assert local_id(HOSPITAL, "Patient", "1") != local_id(HOSPITAL, "Practitioner", "1")


def test_an_id_is_the_same_in_every_process_and_for_ever() -> None:
    program = "from fhir_store.identities import local_id; print(local_id('https://hospital.example/fhir', 'Patient', '1'))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Written down: were the namespace or the form changed, every record of every source would come twice.
    assert (
        local_id(HOSPITAL, "Patient", "1") == other.stdout.strip() == "4b61a3a3-2fc7-5a40-8b8a-627b1370625a"
    )


def test_a_slash_at_the_end_makes_no_other_source() -> None:
    assert canonical(HOSPITAL + "/") == HOSPITAL
    assert local_id(HOSPITAL + "/", "Patient", "1") == local_id(HOSPITAL, "Patient", "1")


def test_a_resource_gets_our_id_and_its_references_those_of_their_targets() -> None:
    patient = localized(text_of(a_patient("p1")), HOSPITAL, NONE_KNOWN)
    dose = localized(text_of(a_dose("d1", patient="p1")), HOSPITAL, NONE_KNOWN)
    assert dose.value["id"] == local_id(HOSPITAL, "MedicationAdministration", "d1")
    assert dose.value["subject"]["reference"] == f"Patient/{patient.value['id']}"
    assert parse(dose.text).value == dose.value


def test_all_else_stays_as_it_was_written() -> None:
    text = '{ "resourceType":"Observation",\n"id" : "o1","status":"final","code":{"text":"\\u0110 \\"reference\\":\\"Patient/1\\""},"valueQuantity":{"value":1.50}}'
    after = localized(parse(text), HOSPITAL, NONE_KNOWN).text
    assert after == text.replace('"o1"', f'"{local_id(HOSPITAL, "Observation", "o1")}"')


@pytest.mark.parametrize(
    "reference",
    [
        "#contained",
        "urn:uuid:11111111-1111-4111-8111-111111111111",
        "urn:oid:1.2.3",
        "Patient?identifier=urn:n|1",
        "https://elsewhere.example/fhir/Patient/1",
        "NoType/1",
        "Patient/",
    ],
)
def test_what_is_no_reference_to_a_known_system_is_left_alone(reference: str) -> None:
    assert _subject(reference, {LAB: LAB}) == reference


def test_a_reference_to_a_version_keeps_the_version() -> None:
    assert _subject("Patient/p1/_history/3") == f"Patient/{local_id(HOSPITAL, 'Patient', 'p1')}/_history/3"


def test_an_address_of_a_known_source_is_its_resource() -> None:
    assert _subject(f"{LAB}/Patient/9", {LAB: LAB}) == f"Patient/{local_id(LAB, 'Patient', '9')}"


def test_without_a_source_only_addresses_of_known_sources_are_mapped() -> None:
    dose = text_of(
        a_dose("d1", subject={"reference": f"{LAB}/Patient/9"}, context={"reference": "Encounter/1"})
    )
    after = localized_references(dose, None, lambda: {LAB: LAB}).value
    assert after["subject"]["reference"] == f"Patient/{local_id(LAB, 'Patient', '9')}"
    assert after["context"]["reference"] == "Encounter/1"


def test_what_is_ours_already_stays() -> None:
    dose = text_of(a_dose("d1", patient="p1"))
    after = localized_references(
        dose, HOSPITAL, dict, lambda names: [one for one in names if one == ("Patient", "p1")]
    )
    assert after is dose


def _document(url: str) -> dict[str, Any]:
    content = [{"attachment": {"url": url}}]
    extension = [{"url": f"{HOSPITAL}/StructureDefinition/x", "valueString": "y"}]
    return {"resourceType": "DocumentReference", "id": "1", "status": "current", "content": content} | {
        "extension": extension
    }


def test_a_link_to_a_binary_follows_it_and_names_of_definitions_do_not_change() -> None:
    after = localized(text_of(_document("Binary/b1")), HOSPITAL, {HOSPITAL: HOSPITAL}).value
    assert after["content"][0]["attachment"]["url"] == f"Binary/{local_id(HOSPITAL, 'Binary', 'b1')}"
    assert after["extension"][0]["url"] == f"{HOSPITAL}/StructureDefinition/x"


def test_a_bundle_is_a_packet_of_its_own() -> None:
    entry = {"fullUrl": f"{HOSPITAL}/MedicationAdministration/d1", "resource": a_dose("d1")}
    bundle = text_of({"resourceType": "Bundle", "id": "b1", "type": "collection", "entry": [entry]})
    after = localized(bundle, HOSPITAL, {HOSPITAL: HOSPITAL})
    assert after.value["id"] == local_id(HOSPITAL, "Bundle", "b1")
    assert json.loads(after.text)["entry"] == [entry]


def test_sources_are_remembered(database: Database) -> None:
    for _ in range(2):
        database.run(lambda c: remember_source(raw_cursor(c), LAB + "/"))
    with database.transaction() as connection:
        assert known_sources(raw_cursor(connection)) == {LAB: LAB}
