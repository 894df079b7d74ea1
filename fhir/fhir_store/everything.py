"""All that belongs to a patient: the compartment, and what it refers to outside of any patient's compartment.

A page is cut from the whole by the key of the last resource, so what is written meanwhile neither shifts nor repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg

from fhir_store.compartments import PATIENTS, types_of_records
from fhir_store.gate import served_types
from fhir_store.keyring import Keyring
from fhir_store.read import Stored
from fhir_store.seal import COLUMNS
from fhir_store.search_values import param_id, search_parameters
from fhir_store.sql import EVERYTHING, Sql, all_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """``types`` are those to show. ``start`` and ``end`` bound the dates of care, half-open; ``since`` the last change.

    ``seen`` is a condition on the alias ``c`` of current_resource: what it hides is not shown, nor followed. References
    by the parameters with the numbers ``not_by`` are not followed either.
    """

    types: Sequence[str]
    start: datetime | None = None
    end: datetime | None = None
    since: datetime | None = None
    seen: Sql = EVERYTHING
    not_by: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class EverythingPage:
    """Some resources; ``after`` is None on the last page."""

    resources: tuple[Stored, ...]
    after: int | None


PAGE = """
WITH RECURSIVE members (key) AS (
    SELECT key FROM fhir_store.compartment JOIN fhir_store.current_resource c USING (key, type)
    WHERE patient = %s AND {seen}
), everything (key) AS (
    SELECT key FROM members
    UNION
    SELECT c.key FROM everything e
    JOIN fhir_store.index_reference r ON r.key = e.key AND NOT r.param = ANY(%s)
    JOIN fhir_store.current_resource c ON c.type = r.target_type AND c.id = r.target_id
    WHERE c.type = ANY(%s) AND NOT c.deleted AND {seen}
)
SELECT c.key, c.type, c.id, v.version, v.last_updated, {columns}, {patients}
FROM everything e
JOIN fhir_store.current_resource c ON c.key = e.key
JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE c.key > %s AND c.type = ANY(%s) AND NOT c.deleted AND {condition}
ORDER BY c.key LIMIT %s
"""


def everything_of(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    patient: str,
    wanted: Wanted,
    count: int,
    after: int | None,
) -> EverythingPage:
    """A page of everything that belongs to a patient, oldest resources first."""
    seen = wanted.seen
    condition = all_of([_since(wanted), _within(wanted)])
    cursor.execute(
        PAGE.format(columns=COLUMNS, patients=PATIENTS, condition=condition.text, seen=seen.text),
        (
            *(patient, *seen.args),
            *(list(wanted.not_by), list(shared_types()), *seen.args),
            *(after or 0, list(wanted.types), *condition.args),
            count + 1,
        ),
    )
    rows = cursor.fetchall()
    shown = rows[:count]
    return EverythingPage(
        tuple(
            Stored(type_, id_, version, updated, body, tuple(patients))
            for _, type_, id_, version, updated, *sealed, patients in shown
            if (body := keyring.body(*sealed)) is not None
        ),
        shown[-1][0] if len(rows) > count else None,
    )


@cache
def shared_types() -> tuple[str, ...]:
    """The types that are in no patient's compartment: following a reference to one leads to nobody else's record."""
    return tuple(type_ for type_ in served_types() if type_ not in types_of_records())


@cache
def care_dates() -> tuple[int, ...]:
    """The parameters that say when care happened: every date but birth and death, and when a record was made."""
    return tuple(
        param_id(type_, name)
        for type_ in served_types()
        if type_ in types_of_records() and type_ != "Patient"
        for name, parameter in search_parameters(type_).items()
        if parameter.kind == "date"
    )


def _since(wanted: Wanted) -> Sql:
    return Sql("v.last_updated >= %s", (wanted.since,)) if wanted.since else EVERYTHING


def _within(wanted: Wanted) -> Sql:
    """Some date of care lies within the bounds; what has none, such as an allergy, belongs to every time."""
    if wanted.start is None and wanted.end is None:
        return EVERYTHING
    dates = list(care_dates())
    of_it = "SELECT FROM fhir_store.index_date d WHERE d.key = c.key AND d.param = ANY(%s)"
    some = Sql(
        f"EXISTS ({of_it} AND d.low < coalesce(%s, timestamptz 'infinity')"
        " AND d.high > coalesce(%s, timestamptz '-infinity'))",
        (dates, wanted.end, wanted.start),
    )
    return some | ~Sql(f"EXISTS ({of_it})", (dates,))
