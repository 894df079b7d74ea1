"""A patient's record in the order in which it happened, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg

from fhir_store.compartments import PATIENTS
from fhir_store.everything import care_dates
from fhir_store.keyring import Keyring
from fhir_store.read import Stored
from fhir_store.seal import COLUMNS
from fhir_store.sql import EVERYTHING, Sql

MEMBERS = """
FROM (SELECT DISTINCT key FROM fhir_store.compartment WHERE patient = ANY(%s) AND type = ANY(%s)) member
JOIN fhir_store.current_resource c ON c.key = member.key
WHERE NOT c.deleted AND {seen}
"""

# What has no date of its own, such as an allergy, comes last. As a text, because a beginning may be minus infinity.
PAGE = """
WITH happened AS (
    SELECT c.key, c.type, c.id, c.version, c.last_updated, c.seq,
        coalesce((SELECT max(d.low) FROM fhir_store.index_date d WHERE d.key = c.key AND d.param = ANY(%s)),
            '-infinity'::timestamptz) AS began
    {members}
)
SELECT c.key, c.began::text, c.type, c.id, c.version, c.last_updated, {columns}, {patients}
FROM happened c JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE {behind} ORDER BY c.began DESC, c.key DESC LIMIT %s
"""


class Place(NamedTuple):
    """Where a page ended."""

    began: str
    key: int


@dataclass(frozen=True, slots=True)
class ChroniclePage:
    """Some of the record; ``after`` is None on the last page. ``total`` counts all of it that is seen."""

    resources: tuple[Stored, ...]
    after: Place | None
    total: int


def chronicle_of(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    patients: Sequence[str],
    types: Sequence[str],
    seen: Sql,
    count: int,
    after: Place | None = None,
) -> ChroniclePage:
    """A page of what is in some patients' records, which are of one person. ``seen`` is a condition on ``c`` of current_resource: the rest is not there."""
    members = MEMBERS.format(seen=seen.text)
    of = (list(patients), list(types), *seen.args)
    cursor.execute(f"SELECT count(*) {members}", of)
    ((total,),) = cursor.fetchall()
    behind = (
        EVERYTHING
        if after is None
        else Sql("(c.began, c.key) < (%s::timestamptz, %s)", (after.began, after.key))
    )
    statement = PAGE.format(columns=COLUMNS, members=members, patients=PATIENTS, behind=behind.text)
    cursor.execute(statement, (list(care_dates()), *of, *behind.args, count + 1))
    rows = cursor.fetchall()
    shown = rows[:count]
    return ChroniclePage(
        tuple(
            Stored(type_, id_, version, updated, body, tuple(patients))
            for _, _, type_, id_, version, updated, *sealed, patients in shown
            if (body := keyring.body(*sealed)) is not None
        ),
        Place(shown[-1][1], shown[-1][0]) if len(rows) > count else None,
        total,
    )
