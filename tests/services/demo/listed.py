"""Who a measure lists of a country: as the truth says it, and as the cascade says it of the country's records.

Both are told in the country's own ids, person and place alike, so that the two lists can be compared row by row.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import ibis
from duckdb import DuckDBPyConnection

from cascade import contract, measures
from cascade.compute import fill, open_database
from cascade.derive.cut import Cut
from cascade.sources import Source
from cascade.sources.ndjson import Ndjson
from cascade.tables import Period
from services.demo.country import truth
from services.demo.country.resources import resources
from services.demo.country.state import Country
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Span
from services.demo.country.writing import RECORDS

ZONE = "Europe/Podgorica"
KEY = b"the key of the country"

Row = tuple[str, ...]
"""Patient records of the person, event, day, status, setting, facility, legal status, sex, age: as text."""


@dataclass(frozen=True)
class Asked:
    """One list: a measure under a profile, of a period, from what was known at a moment."""

    measure: str
    profile: str
    first: date
    last: date
    data_as_of: datetime


@dataclass(frozen=True)
class Computed:
    """The contract tables of a country in a database, and what the pseudonyms in them stand for."""

    connection: DuckDBPyConnection
    names: Mapping[str, str]
    """Of each pseudonym the id of the record."""
    patients: Mapping[str, str]
    """Of each person the ids of their Patient records."""


def pseudonym(text: str) -> str:
    """The pseudonym of what a source calls a thing, made without the cascade."""
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:32]


def names_of(country: Country) -> dict[str, str]:
    """Of the pseudonym of every record of a country its id."""
    return {
        pseudonym(f"{one['resourceType']}/{one['id']}"): one["id"]
        for one in {(one["resourceType"], one["id"]): one for one in resources(country)}.values()
    }


@contextmanager
def computed(
    source: Source, data_as_of: datetime, names: Mapping[str, str], *, zone: str = ZONE
) -> Iterator[Computed]:
    """The contract tables of what a source knew at a moment, its days told in a zone."""
    with open_database(zone) as connection:
        connection.execute("SET threads = 1")  # of so little data, several cost more than they bring
        fill(connection, source, Cut(data_as_of, zone), key=KEY)
        yield Computed(connection, names, _patients(connection, names))


def records(folder: Path) -> Source:
    """The records of a written country."""
    return Ndjson(folder / RECORDS)


def _patients(connection: DuckDBPyConnection, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for record, person in connection.execute("SELECT record_key, person_key FROM person_source").fetchall():
        found.setdefault(person, []).append(names[record])
    return {person: " ".join(sorted(records)) for person, records in found.items()}


def by_cascade(of: Computed, asked: Asked, *, written_before: bool = True) -> list[Row]:
    """The rows that the cascade lists, sorted; ``written_before``: its statement may be one written for the like before."""
    sql = _sql(asked) if written_before else _sql.__wrapped__(asked)
    return sorted(_told(of, row) for row in of.connection.execute(sql).fetchall())


def _told(of: Computed, row: tuple[Any, ...]) -> Row:
    person, event, day, facility, setting, legal_status, sex, age, status = row
    place = of.names.get(facility, facility)
    return _text(
        of.patients[person], of.names.get(event, event), day, status, setting, place, legal_status, sex, age
    )


def by_truth(known: Known, asked: Asked) -> list[Row]:
    """The rows that are true, sorted."""
    span = Span(asked.first, asked.last)
    return sorted(
        _text(
            " ".join(one.patients),
            one.event,
            one.day,
            one.status,
            one.setting,
            one.facility,
            one.legal_status,
            one.sex,
            one.age,
        )
        for one in truth.members(asked.measure, known, span, asked.profile)
    )


def _text(*told: object) -> Row:
    return tuple("" if one is None else str(one) for one in told)


@cache
def _sql(asked: Asked) -> str:
    over = Period(asked.first, asked.last, asked.data_as_of, ZONE)
    expression = measures.measure(asked.measure).expression(contract.unbound(), over, asked.profile)
    assert expression.columns == measures.MEMBER_COLUMNS
    return str(ibis.to_sql(expression, dialect="duckdb"))
