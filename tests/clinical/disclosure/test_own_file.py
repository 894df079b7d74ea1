"""The whole file of a person, for that person: all of it, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from consenting import NOON, a_consent
from resources import a_dose, a_patient, an_observation, text_of

from clinical.consent import Decider, resource_of
from clinical.consent.resource import contained_decider
from clinical.disclosure import Look, Looked, OwnFile, file_entries, in_words, own_file
from clinical.protocols import NO_PROTOCOL, Parameter, Protocol, Status, protocol_of
from fhir_store.gate import check
from fhir_store.json_text import ResourceText

ME = "Patient/p1"
NAMED = protocol_of("demonstration")
NOT_NAMED = Protocol({"own-file.names-of-staff": Parameter(False, "x", Status.PROPOSED)})


def file_of(*resources: dict[str, Any], law: Protocol = NAMED, looks: tuple[Look, ...] = ()) -> OwnFile:
    found = own_file([text_of(one) for one in resources], ME, looks, law)
    check(found.bundle.value)
    return found


def left(*resources: dict[str, Any], law: Protocol = NAMED) -> list[Any]:
    return [entry["resource"] for entry in file_of(*resources, law=law).bundle.value.get("entry", ())]


PATIENT = a_patient("p1")


def test_everything_is_in_it_as_it_was() -> None:
    stay_and_hiv = an_observation("o", code={"coding": [{"system": "http://loinc.org", "code": "20447-9"}]})
    found = file_of(PATIENT, a_dose("d"), stay_and_hiv)
    for one in (PATIENT, a_dose("d"), stay_and_hiv):
        assert text_of(one).text in found.bundle.text
    assert (found.to_read_over, found.left_out) == ((), ())


def test_relatives_are_there_but_not_how_to_reach_them() -> None:
    mother = {
        "resourceType": "RelatedPerson",
        "id": "r",
        "patient": {"reference": ME},
        "relationship": [{"text": "mother"}],
        "name": [{"family": "SECRET"}],
        "telecom": [{"system": "phone", "value": "SECRET"}],
        "address": [{"text": "SECRET"}],
        "birthDate": "1950-01-01",
    }
    contact = [{"name": {"family": "SECRET"}, "telecom": [{"system": "phone", "value": "1"}]}]
    found = file_of(a_patient("p1", contact=contact), mother)
    assert "SECRET" not in found.bundle.text
    assert "1950" not in found.bundle.text
    assert "mother" in found.bundle.text


def test_other_patients_and_informants_are_not_named() -> None:
    other = {"reference": "Patient/other", "display": "SECRET"}
    told = {
        "resourceType": "Condition",
        "id": "c",
        "code": {"coding": [{"system": "urn:x", "code": "c"}]},
        "subject": {"reference": ME},
        "asserter": {"reference": "RelatedPerson/r", "display": "SECRET"},
    }
    by_words = {**told, "id": "w", "asserter": {"display": "SECRET"}}
    mine = {**told, "id": "m", "asserter": {"reference": ME}}
    focus = an_observation("o", focus=[other])
    found = file_of(PATIENT, a_patient("other", name=[{"family": "SECRET"}]), focus, told, by_words, mine)
    assert "SECRET" not in found.bundle.text
    assert "other" not in found.bundle.text
    assert "RelatedPerson" not in found.bundle.text
    assert found.bundle.text.count('"asserter"') == 1
    assert found.left_out == ("Patient/other",)


STAFF = {"resourceType": "Practitioner", "id": "s", "name": [{"family": "Nurse-Name"}], "telecom": [{"value": "1", "system": "phone"}]}  # fmt: skip
BY_STAFF = an_observation("o", performer=[{"reference": "Practitioner/s", "display": "Nurse-Name"}])


@pytest.mark.parametrize(("law", "named"), [(NAMED, True), (NOT_NAMED, False), (NO_PROTOCOL, False)])
def test_staff_are_named_only_where_the_law_says_so(law: Protocol, named: bool) -> None:
    look = Look("Practitioner/s", "Nurse-Name", "nurse", NOON, "Condition", "treatment")
    found = file_of(PATIENT, STAFF, BY_STAFF, law=law, looks=(look,))
    assert ("Nurse-Name" in found.bundle.text) is named
    assert "Practitioner/s" in found.bundle.text
    name = "Nurse-Name" if named else None
    assert found.looks == (Looked("nurse", NOON, "Condition", "treatment", name),)


def test_a_member_of_staff_given_by_name_only_goes_where_the_law_says_nothing() -> None:
    by_name = an_observation(
        "o", performer=[{"display": "Nurse-Name"}], note=[{"text": "x", "authorString": "N"}]
    )
    (_, one) = left(PATIENT, by_name, law=NO_PROTOCOL)
    assert one == an_observation("o", note=[{"text": "x"}])


def test_what_is_in_words_is_read_over_before() -> None:
    noted = an_observation("o", note=[{"text": "his brother told"}])
    scan = {"resourceType": "Binary", "id": "b", "contentType": "application/pdf", "data": "AAAA"}
    found = file_of(PATIENT, noted, scan, a_dose("d"))
    assert found.to_read_over == ("Observation/o", "Binary/b")
    assert text_of(noted).text in found.bundle.text


def test_narratives_are_left_out() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">SECRET</div>'
    assert left(a_patient("p1", text={"status": "generated", "div": div})) == [PATIENT]


def test_who_looked_is_listed_the_latest_first() -> None:
    looks = [
        Look("x", "n", role, NOON + timedelta(hours=at), "Patient", "care")
        for at, role in ((1, "a"), (3, "c"), (2, "b"))
    ]
    assert [one.role for one in own_file([], ME, looks, NAMED).looks] == ["c", "b", "a"]


def test_a_guardian_who_stands_in_a_consent_is_not_named_and_the_consent_is_there() -> None:
    by = ((Decider.PATIENT, ME), (Decider.GUARDIAN, contained_decider(Decider.GUARDIAN)))
    consent = {
        **resource_of(replace(a_consent(decided_by=by), patient=ME), {Decider.GUARDIAN: "SECRET"}),
        "id": "c",
    }
    found = file_of(PATIENT, consent)
    assert "SECRET" not in found.bundle.text
    assert found.bundle.value["entry"][1]["resource"]["performer"] == [{"reference": ME}]


def test_what_somebody_wrote_is_found_wherever_it_stands() -> None:
    found = in_words(
        {
            "resourceType": "Observation",
            "code": {"text": "a code"},
            "text": {"status": "generated", "div": "<div>a narrative</div>"},
            "valueString": "a value",
            "note": [{"text": "a note", "authorString": "somebody"}],
            "component": [{"code": {"text": "another code"}, "valueString": "a part"}, {"valueString": " "}],
        }
    )
    assert found == ["a value", "a note", "a part"]


def test_a_big_file_comes_one_record_at_a_time() -> None:
    read: list[int] = []

    def record() -> Iterator[ResourceText]:
        for number in range(5):
            read.append(number)
            yield text_of(a_dose(f"d{number}"))

    entries = file_entries(record(), ME, NAMED)
    assert read == []
    assert next(entries).reference == "MedicationAdministration/d0"
    assert read == [0]
