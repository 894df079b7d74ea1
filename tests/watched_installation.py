"""Something to audit and to inspect: events of a nurse and of a system, findings, and a register with a line."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from people_pages import Someone, someone
from resources import text_of

from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.audit import kinds
from services.access.audit.kinds import Actor, AuditEvent, Circumstances, Subjects
from services.access.audit.log.heads import sign_now
from services.access.audit.log.record import record
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.unusual import look_all
from services.access.pages.desk import Desk
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant

ZONE = ZoneInfo("Europe/Podgorica")
DOSE = "MedicationAdministration"
OURS = "urn:throughcare:code-system:"


def watched(application: FastAPI, desk: Desk) -> Someone:
    """Fill the log and the record; whoever is returned is auditor, and inspector under a mandate."""
    watch = someone(desk, "besa", "Besa Hoxha", auditor=None, inspector=None)
    drita = someone(desk, "drita", "Drita Hoxha", nurse="Organization/north-prison")
    _mandate(desk, watch)
    _records(application)
    at = desk.now()
    nurse = Circumstances(
        Actor("account", str(drita.account), "nurse"), at, purpose="TREAT", facility="north-prison"
    )
    centre = Circumstances(Actor("client", "oat-centre-north"), at, address="192.0.2.7")
    events = [
        kinds.sign_in(nurse, "password and one-time code"),
        *(_dose(nurse, at, f"p{nth}", nth) for nth in range(32)),
        kinds.write(nurse, "create", DOSE, Subjects(["Patient/p1"], [f"{DOSE}/d1"])),
        kinds.access_change(
            nurse, "role-granted", Subjects(targets=[f"account/{drita.account}"]), granted="nurse"
        ),
        *(kinds.refusal(centre, "read", "Condition", "forbidden", Subjects()) for _ in range(11)),
        kinds.search(
            centre, "Patient", [("family", "H")], Subjects(["Patient/p1", "Patient/p2"]), results=2, key=b"k"
        ),
    ]
    with desk.database.transaction() as connection:
        record(raw_cursor(connection), events, application.state.audit.keys.subject)
    sequence_all(desk.database)
    look_all(desk.database, ZONE)
    sign_now(desk.database, application.state.settings.home)
    return watch


def _dose(nurse: Circumstances, at: object, patient: str, nth: int) -> AuditEvent:
    when = Circumstances(
        nurse.actor, nurse.at + timedelta(seconds=nth), nurse.purpose, nurse.facility, address="10.0.3.17"
    )
    return kinds.read(when, "read", DOSE, Subjects([f"Patient/{patient}"], [f"{DOSE}/of-{patient}"]))


def _mandate(desk: Desk, inspector: Someone) -> None:
    at = desk.now()
    wanted = Wanted("inspector", "Organization/north-prison", at, at + timedelta(days=10), "CPT 2026/114")
    with desk.database.transaction() as connection:
        record_grant(connection, inspector.account, wanted, None, at, needs=False)


def _records(application: FastAPI) -> None:
    day = application.state.desk.now().date()
    resources: Sequence[dict[str, object]] = (
        {"resourceType": "Organization", "id": "north-prison", "name": "North prison"},
        {"resourceType": "Patient", "id": "p1"},
        {
            "resourceType": "Encounter",
            "id": "stay-1",
            "status": "in-progress",
            "class": {"system": OURS + "encounter-class", "code": "custody"},
            "subject": {"reference": "Patient/p1"},
            "serviceProvider": {"reference": "Organization/north-prison"},
            "period": {"start": "2020-01-01"},
        },
        {
            "resourceType": DOSE,
            "id": "omitted",
            "status": "not-done",
            "statusReason": [{"coding": [{"system": OURS + "dose-reason", "code": "lockdown"}]}],
            "medicationCodeableConcept": {"text": "methadone"},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": f"{day - timedelta(days=2)}",
        },
    )
    writes = [Write(text_of(one), id=str(one["id"])) for one in resources]
    store = application.state.exchange.store
    application.state.database.run(lambda connection: save(connection, store, writes, Author("tests")))
