"""What treatment asks for now and then: naloxone to take along, and an ECG. When it was last, when it is due, and done now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from sqlalchemy import Connection

from clinical.custody.consequences import Duty
from clinical.oat.ecg import LOINC, QTC, Ecg, ecg_of, observation_of
from clinical.oat.ecg_due import ecg_due_by
from clinical.oat.naloxone import ATC, NALOXONE, HandedOver, dispense_of, handed_over_of, naloxone_due_on
from clinical.oat.shapes import Json
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import read
from fhir_store.search import parse_query, search
from fhir_store.write import raw_cursor
from services.clinic.asking import Asking
from services.clinic.chart.duties import duty_done, duty_open_again
from services.clinic.consents import law
from services.clinic.disclosures import practitioner
from services.clinic.permitted import may_make, require
from services.clinic.reading import Patient, parsed
from services.clinic.round.typed import uuid_in
from services.clinic.writing import changed, new_with_id, save_for
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_

DISPENSE, OBSERVATION = "MedicationDispense", "Observation"
SHORTEST_MS, LONGEST_MS = 200, 800
"""Beyond these a QTc is a slip of the pen."""

MOST = "50"

HANDED, MEASURED, TAKEN_BACK = (
    N_("Naloxone is recorded as handed over."),
    N_("The ECG is recorded."),
    N_("Taken back. It stays in the record as entered in error."),
)
NO_QTC = N_("Write the QTc in ms, from 200 to 800, without decimals.")
NO_DAY = N_("Choose the day of the ECG: today or earlier.")

Found = TypeVar("Found")


class NotYours(Forbidden):
    """Somebody else recorded it."""

    message = N_("Only who recorded it takes it back.")


@dataclass(frozen=True)
class Last:
    """When it was last. ``due``: the civil day on which it is due again; None: nobody has set how long it lasts."""

    id: str
    day: date
    due: date | None
    is_due: bool
    own: bool
    qtc_ms: int = 0


@dataclass(frozen=True)
class Periodic:
    """As the page shows it."""

    naloxone: Last | None
    ecg: Last | None
    may_hand_over: bool
    may_measure: bool
    new_naloxone: str
    new_ecg: str
    today: date


def periodic_of(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, treated_at: Sequence[str]
) -> Periodic:
    """What the reader may see of it."""
    handed = _last(_read(asking, cursor, patient, DISPENSE, f"{ATC}|{NALOXONE}", handed_over_of))
    ecg = _last(_read(asking, cursor, patient, OBSERVATION, f"{LOINC}|{QTC}", ecg_of))
    return Periodic(
        _handed(asking, *handed) if handed else None,
        _measured(asking, *ecg) if ecg else None,
        may_make(patient.actor, patient.id, treated_at, DISPENSE),
        may_make(patient.actor, patient.id, treated_at, OBSERVATION),
        str(uuid4()),
        str(uuid4()),
        asking.day,
    )


def hand_over(asking: Asking, connection: Connection, patient: Patient, id_: str) -> None:
    """Naloxone was handed over today, under a number that was drawn for it; sent twice it is one. Raises BadRequest, Forbidden."""
    require(asking, raw_cursor(connection), patient, DISPENSE)
    if not is_known(asking, connection, DISPENSE, str(uuid_in(id_))):
        made = dispense_of(HandedOver(id_, patient.id, asking.day, me(asking, connection)))
        save_for(asking, connection, patient, [new_with_id(made)])
        duty_done(asking, connection, patient, Duty.NALOXONE, f"{DISPENSE}/{id_}")


def keep_ecg(
    asking: Asking, connection: Connection, patient: Patient, id_: str, day: str, qtc_ms: str
) -> None:
    """A QTc that was read off an ECG; sent twice it is one. Raises BadRequest, Forbidden."""
    require(asking, raw_cursor(connection), patient, OBSERVATION)
    on, milliseconds = _day(asking, day), _milliseconds(qtc_ms)
    if not is_known(asking, connection, OBSERVATION, str(uuid_in(id_))):
        made = observation_of(id_, patient.id, on, milliseconds, me(asking, connection))
        save_for(asking, connection, patient, [new_with_id(made)])


def take_back(asking: Asking, connection: Connection, patient: Patient, type_: str, id_: str) -> None:
    """One's own entry was wrong: from now on it is an error. Raises BadRequest, NotYours, Forbidden."""
    require(asking, raw_cursor(connection), patient, DISPENSE if type_ == DISPENSE else OBSERVATION)
    if type_ not in (DISPENSE, OBSERVATION):
        raise BadRequest
    try:
        stored = read(raw_cursor(connection), asking.keyring, type_, id_)
    except (NotStored, ResourceDeleted):
        raise BadRequest from None
    resource = parsed(stored)
    is_ours = handed_over_of(resource, asking.zone) or ecg_of(resource, asking.zone)
    if not is_ours or _whose(resource) not in {f"Patient/{one}" for one in patient.records}:
        raise BadRequest
    if not _is_own(asking, resource):
        raise NotYours
    save_for(asking, connection, patient, [changed(stored, {**resource, "status": "entered-in-error"})])
    if type_ == DISPENSE:
        duty_open_again(asking, connection, patient, Duty.NALOXONE, f"{DISPENSE}/{id_}")


def _read(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    type_: str,
    code: str,
    of: Callable[[Json, Any], Found | None],
) -> Iterator[tuple[Json, Found]]:
    asked = [("code", code), ("_count", MOST)]
    for record in patient.records:
        query = parse_query(type_, asked, context=asking.context(patient.actor), patient=record)
        for stored in search(cursor, query).matches:
            resource = parsed(stored)
            if (found := of(resource, asking.zone)) is not None:
                yield resource, found


def _last(found: Iterator[tuple[Json, Any]]) -> tuple[Json, Any] | None:
    return max(found, key=lambda one: (one[1].day, str(one[0].get("id"))), default=None)


def _handed(asking: Asking, resource: Json, handed: HandedOver) -> Last:
    due = naloxone_due_on(handed.day, law(asking))
    return Last(handed.id, handed.day, due, due <= asking.day, _is_own(asking, resource))


def _measured(asking: Asking, resource: Json, ecg: Ecg) -> Last:
    by = ecg_due_by(ecg, law(asking))
    is_due = by is not None and asking.day > by
    return Last(str(resource["id"]), ecg.day, by, is_due, _is_own(asking, resource), ecg.qtc_ms)


def _is_own(asking: Asking, resource: Json) -> bool:
    me = f"Practitioner/{asking.who.account.id}"
    said = (one.get("actor", one).get("reference") for one in resource.get("performer", ()))
    return me in said


def _whose(resource: Json) -> str:
    return str(resource.get("subject", {}).get("reference", ""))


def me(asking: Asking, connection: Connection) -> str:
    """The id of the Practitioner of whoever asks."""
    return practitioner(asking, connection).partition("/")[2]


def is_known(asking: Asking, connection: Connection, type_: str, id_: str) -> bool:
    """Whether a form with that number was sent before. Raises BadRequest."""
    try:
        read(raw_cursor(connection), asking.keyring, type_, id_)
    except ResourceDeleted:
        raise BadRequest from None
    except NotStored:
        return False
    return True


def _day(asking: Asking, typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise BadRequest(NO_DAY) from None
    if day > asking.day:
        raise BadRequest(NO_DAY)
    return day


def _milliseconds(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and SHORTEST_MS <= int(text) <= LONGEST_MS):
        raise BadRequest(NO_QTC)
    return int(text)
