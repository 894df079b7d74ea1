"""Everybody whom a facility treats, with who they are: two statements and one opened record each, however many they are."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg

from clinical.people import Details, details_of
from clinical.people.same_person import records_of_all
from clinical.people.two_people import Mark, common_from, marks
from clinical.protocols import Protocol
from fhir_store.search import Context, parse_query, search
from services.access.decision.relationship import AT_MOST
from services.clinic.reading import parsed

AT_ONCE = 500
"""People whose records are read by one statement."""

IN_CARE = """
SELECT DISTINCT patient_id FROM clinical.treatment_relationship
WHERE facility_id = ANY(%s) AND began <= %s AND (ended IS NULL OR ended >= %s)
ORDER BY patient_id LIMIT %s
"""
MOST = 5_000
"""More than any prison of the countries that we serve holds."""


def patients_here(
    cursor: psycopg.Cursor[Any], facilities: Collection[str], day: date, most: int = MOST
) -> list[str]:
    """The ids of the Patients whom some facilities treat on a day. Of whom the care has ended it is not over that day."""
    cursor.execute(IN_CARE, (sorted(facilities), day, day, most))
    return [patient for (patient,) in cursor.fetchall()]


def patients_known_here(
    cursor: psycopg.Cursor[Any],
    facilities: Collection[str],
    day: date,
    most: int = MOST,
    lasts: timedelta = AT_MOST,
) -> list[str]:
    """The same with those whose care has ended and goes on for a while."""
    cursor.execute(IN_CARE, (sorted(facilities), day, day - lasts, most))
    return [patient for (patient,) in cursor.fetchall()]


def details_of_people(
    cursor: psycopg.Cursor[Any], context: Context, patients: Iterable[str]
) -> dict[str, Details]:
    """Who some people are, by the ids of their Patients; those whom the context does not show are left out."""
    return {id_: details_of(patient) for id_, patient in patients_with(cursor, context, patients)}


def patients_with(
    cursor: psycopg.Cursor[Any], context: Context, patients: Iterable[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The Patients with some ids, each opened."""
    wanted = sorted(set(patients))
    for start in range(0, len(wanted), AT_ONCE):
        ids = ",".join(wanted[start : start + AT_ONCE])
        query = parse_query("Patient", [("_id", ids), ("_count", str(AT_ONCE))], context=context)
        yield from ((one.id, parsed(one)) for one in search(cursor, query).matches)


def two_people_marks(
    cursor: psycopg.Cursor[Any], context: Context, facilities: Collection[str], day: date, law: Protocol
) -> dict[str, Mark]:
    """The "two people" marks of everybody in some facilities. ``context`` is one that shows everybody: who could be taken
    for whom does not depend on who reads. To whom the others are shown is for the reader's own context to say."""
    people = details_of_people(cursor, context, patients_here(cursor, facilities, day))
    first = _first_records(cursor, people)
    found = marks(_by_person(people, first), common_from(law))
    return {record: found[first[record]] for record in people if first[record] in found}


def _first_records(cursor: psycopg.Cursor[Any], people: Collection[str]) -> dict[str, str]:
    """For each record one of the same person that stands for all of them: nobody is taken for themselves."""
    return {
        record: min(records.intersection(people))
        for record, records in records_of_all(cursor, people).items()
    }


def _by_person(people: Mapping[str, Details], first: Mapping[str, str]) -> dict[str, Details]:
    """Each person once, with the names of all their records."""
    names: dict[str, list[str]] = {}
    for record, details in people.items():
        names.setdefault(first[record], []).extend(details.names)
    return {
        record: replace(people[record], others=tuple(dict.fromkeys(found))) for record, found in names.items()
    }
