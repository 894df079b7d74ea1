"""Which records are of one person: a table that follows the links of Patients, both ways.

A merge writes links (``clinical.people.merge``), and so may another system. Names and birth dates never link.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import psycopg
from sqlalchemy import Column, Table, Text

from clinical.custody.stay import metadata, target
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

# A merge of merged records is a star of stars, so a few rounds reach everybody.
TOGETHER = """
WITH RECURSIVE found (asked, record) AS (
    SELECT patient, patient FROM unnest(%s::text[]) patient
    UNION
    SELECT found.asked, s.other_id FROM found JOIN clinical.same_person s ON s.patient_id = found.record
)
SELECT asked, record FROM found
"""


def same_person_projection() -> Projection:
    """The projection that keeps the table: a row each way, whichever record says it."""

    def rows(patient: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for other in sorted(linked(patient)):
            yield {"patient_id": patient["id"], "other_id": other}
            yield {"patient_id": other, "other_id": patient["id"]}

    return Projection(same_person, frozenset({"Patient"}), rows)


def linked(patient: Mapping[str, Any]) -> set[str]:
    """The ids of the other records that a Patient says are of the same person."""
    found = (target(link, "other", "Patient") for link in patient.get("link", ()) if link.get("type") in SAME)
    return {other for other in found if other and other != patient.get("id")}


def records_of(cursor: psycopg.Cursor[Any], person: str) -> frozenset[str]:
    """The ids of all Patients that are records of a person, their own included."""
    return records_of_all(cursor, [person])[person]


def records_of_all(cursor: psycopg.Cursor[Any], people: Collection[str]) -> dict[str, frozenset[str]]:
    """The same of many people by one statement."""
    cursor.execute(TOGETHER, (sorted(set(people)),))
    found: dict[str, set[str]] = defaultdict(set)
    for asked, record in cursor.fetchall():
        found[asked].add(record)
    return {person: frozenset(found[person]) for person in people}
