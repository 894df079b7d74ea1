"""The dosing sites of many people at once, read from the tables that follow the records: three statements, however many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

import psycopg

from clinical.custody.dosing_site import Care, HandOver, dosing_site
from clinical.people.same_person import Records, records_of_all
from fhir_store.arrays import array
from fhir_store.side_by_side import side_by_side

CARES = """
SELECT patient_id, facility_id, started_at, ended_at, true, exit_reason = 'transfer'
FROM clinical.stay WHERE patient_id = ANY(%s::text[]) AND facility_id IS NOT NULL AND status <> ALL(%s)
UNION ALL
SELECT patient_id, facility_id, started_at, ended_at, false, false
FROM clinical.oat_programme WHERE patient_id = ANY(%s::text[])
"""
HAND_OVERS = """
SELECT patient_id, facility_id, at, last_dose_verified FROM clinical.dosing_hand_over WHERE patient_id = ANY(%s::text[])
"""
NOT_HELD = ("planned", "cancelled", "entered-in-error")


def dosing_sites(cursor: psycopg.Cursor[Any], patients: Collection[str]) -> dict[str, str | None]:
    """The site of each of some people, by the ids of their Patients; of who has several records, by all of them."""
    return sites_of(cursor, records_of_all(cursor, patients))


def sites_of(cursor: psycopg.Cursor[Any], records: Records) -> dict[str, str | None]:
    """The same of people of whom all records are given: two statements side by side."""
    every = array(sorted({record for found in records.values() for record in found}))
    with side_by_side(cursor) as beside:
        cares = beside.read(partial(_cares, every))
        hand_overs = beside.read(partial(_hand_overs, every))
    return {
        patient: dosing_site(_of(cares.result, found), _of(hand_overs.result, found))
        for patient, found in records.items()
    }


def _cares(patients: str, cursor: psycopg.Cursor[Any]) -> Mapping[str, list[Care]]:
    cursor.execute(CARES, (patients, list(NOT_HELD), patients))
    found: dict[str, list[Care]] = defaultdict(list)
    for patient, facility, since, until, is_stay, transferred in cursor.fetchall():
        found[patient].append(Care(facility, since, until, is_stay, bool(transferred)))
    return found


def _hand_overs(patients: str, cursor: psycopg.Cursor[Any]) -> Mapping[str, list[HandOver]]:
    cursor.execute(HAND_OVERS, (patients,))
    found: dict[str, list[HandOver]] = defaultdict(list)
    for patient, facility, at, verified in cursor.fetchall():
        found[patient].append(HandOver(facility, at, verified))
    return found


def _of(found: Mapping[str, list[Any]], records: Iterable[str]) -> list[Any]:
    return [one for record in records for one in found.get(record, ())]
