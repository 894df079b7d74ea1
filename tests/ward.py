"""Two prisons with a person each, and the people who work there: for the pages of the clinic."""

from datetime import timedelta
from typing import Any

from people_pages import Someone, someone
from resources import ATC, a_dose, a_patient, a_stay, an_observation, an_organization, text_of
from stores import store_on

from fhir_store.bulk import portions, save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.pages.desk import Desk
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant

NORTH, SOUTH = "Organization/north", "Organization/south"
INSIDE, OUTSIDE, OTHER = "inside", "outside", "other"
ICD = "http://hl7.org/fhir/sid/icd-10"
TLD = {"coding": [{"system": ATC, "code": "J05AR27", "display": "TLD tablets"}]}
PENICILLIN = {"coding": [{"system": "urn:x", "code": "penicillin", "display": "penicillin"}]}


def records() -> list[dict[str, Any]]:
    """Everything that is recorded."""
    return [
        an_organization("north", name="DEMO Prison North"),
        an_organization("south", name="DEMO Prison South"),
        *_of(INSIDE, "N-100", "Amina", "north"),
        *_of(OUTSIDE, "S-200", "Bojan", "south"),
        *_of(OTHER, "S-300", "Ceca", "south"),
    ]


def _of(id_: str, number: str, given: str, prison: str) -> list[dict[str, Any]]:
    subject = {"subject": {"reference": f"Patient/{id_}"}}
    return [
        a_patient(
            id_,
            name=[{"family": "DEMO", "given": [given]}],
            birthDate="1984-03-02",
            identifier=[{"system": "urn:throughcare:demo:prison-number", "value": number}],
        ),
        a_stay(f"{id_}-stay", patient=id_, prison=prison),
        a_dose(f"{id_}-dose", patient=id_, at="2026-03-01T06:10:00+01:00"),
        a_dose(f"{id_}-missed", patient=id_, at="2026-03-02T06:10:00+01:00", status="not-done"),
        an_observation(f"{id_}-cows", patient=id_, effectiveDateTime="2026-02-01"),
        {
            "resourceType": "AllergyIntolerance", "id": f"{id_}-allergy", "code": PENICILLIN,
            "criticality": "high", "patient": subject["subject"],
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
        },
        {
            "resourceType": "Flag", "id": f"{id_}-hold", "status": "active", **subject,
            "code": {"coding": [{"system": "urn:throughcare:code-system:hold", "code": "clinical"}]},
        },
        {
            "resourceType": "Condition", "id": f"{id_}-hiv", **subject, "recordedDate": "2026-01-10",
            "code": {"coding": [{"system": ICD, "code": "B24", "display": "a disease that has a label"}]},
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        },
        {
            "resourceType": "MedicationRequest", "id": f"{id_}-art", "status": "active", "intent": "order", **subject,
            "medicationCodeableConcept": TLD, "authoredOn": "2026-01-11",
        },
    ]  # fmt: skip


def fill(desk: Desk, zone: str) -> None:
    """Put the records in."""
    store = store_on(desk.database, zone)
    writes = [Write(text_of(one), id=one["id"]) for one in records()]
    for portion in portions(writes, 500):
        desk.database.run(
            lambda c, portion=portion: save_many(c, store, portion, Author("ward", facility="south"))
        )


def staff(desk: Desk, *logins: str) -> dict[str, Someone]:
    """Those of the people who work here."""
    people = {login: someone(desk, login, f"{login} of the tests", **WORK[login]) for login in logins}
    for login in MANDATES.keys() & people.keys():
        at = desk.now()
        wanted = Wanted("inspector", NORTH, at, at + MANDATES[login], mandate="NPM 17/2026")
        with desk.database.transaction() as connection:
            record_grant(connection, people[login].account, wanted, None, at, needs=False)
    return people


WORK: dict[str, dict[str, str | None]] = {
    "nurse": {"nurse": NORTH},
    "doctor": {"doctor": NORTH},
    "counsellor": {"hiv_counsellor": NORTH},
    "lead": {"medical_lead": NORTH},
    "lead2": {"medical_lead": NORTH},
    "leadsouth": {"medical_lead": SOUTH},
    "guard": {"custody_officer": NORTH},
    "admin": {"administrator": None},
    "both": {"nurse": NORTH, "custody_officer": "Location/gate"},
    "somewhere": {"nurse": "Location/north"},
    "inspector": {"inspector": NORTH},
    "mandated": {},
}
MANDATES = {"mandated": timedelta(days=5)}
"""Of inspectors whose grant covers charts, for how long."""
