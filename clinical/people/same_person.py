"""Which records are of one person: a table that follows the links of Patients.

Two records are of one person if each names the other. A merge that a clinician signed writes both (``clinical.people.merge``).
A link in one of them alone, as another system may have written it, is somebody's opinion: it is offered to whoever may
merge, and joins nothing, so that nobody gets at a record by naming it. Names and birth dates never link.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import psycopg
from sqlalchemy import Column, Table, Text

from clinical.custody.stay import metadata, target
from fhir_store.arrays import array
from fhir_store.projections import Projection

SAME = frozenset({"replaced-by", "replaces", "seealso"})
"""Types of links to another record of the same person; ``refer`` leads to where more is known, and is not followed."""

same_person = Table(
    "same_person",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, primary_key=True),
    Column("other_id", Text, primary_key=True),
)

JOINED = """(
    SELECT a.patient_id, a.other_id FROM clinical.same_person a
    JOIN clinical.same_person b ON b.patient_id = a.other_id AND b.other_id = a.patient_id
)"""
"""As what stands behind FROM: each record with each other one of the same person, as far as a link says it directly."""

# A merge links every two of the records, so that one step reaches all; other systems may not.
TOGETHER = f"""
WITH RECURSIVE found (asked, record) AS (
    SELECT patient, patient FROM unnest(%s::text[]) patient
    UNION
    SELECT found.asked, s.other_id FROM found JOIN {JOINED} s ON s.patient_id = found.record
)
SELECT asked, record FROM found
"""  # noqa: S608 - our own text

Records = Mapping[str, frozenset[str]]
"""The ids of all records of each of some people."""

NAMED = """
SELECT other_id FROM clinical.same_person WHERE patient_id = ANY(%s)
UNION SELECT patient_id FROM clinical.same_person WHERE other_id = ANY(%s)
"""


def same_person_projection() -> Projection:
    """The projection that keeps the table: a row for each record that a record names."""

    def rows(patient: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        yield from ({"patient_id": patient["id"], "other_id": other} for other in sorted(linked(patient)))

    return Projection(same_person, frozenset({"Patient"}), rows)


def linked(patient: Mapping[str, Any]) -> set[str]:
    """The ids of the other records that a Patient says are of the same person."""
    found = (target(link, "other", "Patient") for link in patient.get("link", ()) if link.get("type") in SAME)
    return {other for other in found if other and other != patient.get("id")}


def records_of(cursor: psycopg.Cursor[Any], person: str) -> frozenset[str]:
    """The ids of all Patients that are records of a person, their own included."""
    return records_of_all(cursor, [person])[person]


def named_by_one(cursor: psycopg.Cursor[Any], person: str) -> frozenset[str]:
    """The ids of records that name one of a person's, or are named by one, and are not joined with them."""
    records = sorted(records_of(cursor, person))
    cursor.execute(NAMED, (records, records))
    return frozenset(other for (other,) in cursor.fetchall()) - frozenset(records)


def records_of_all(cursor: psycopg.Cursor[Any], people: Collection[str]) -> Records:
    """The same of many people by one statement."""
    asked = sorted(set(people))
    if not asked:
        return {}
    cursor.execute(TOGETHER, (array(asked),))
    found: dict[str, set[str]] = defaultdict(set)
    for person, record in cursor.fetchall():
        found[person].add(record)
    return {person: frozenset(found[person]) for person in asked}
