"""Who a measure lists of a country: as the truth says it, and as the cascade says it of the country's records.

Both are told in the country's own ids, person and place alike, so that the two lists can be compared row by row.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from duckdb import DuckDBPyConnection

from cascade.compute import fill, open_database
from cascade.cube import members_sql
from cascade.curves import durations_sql
from cascade.derive.cut import Cut
from cascade.periods import ask
from cascade.sources import Source
from cascade.tables import Period
from services.demo.country import truth
from services.demo.country.resources import resources
from services.demo.country.state import Country
from services.demo.country.truth import oat_survival
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span

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


def names_of(country: Country, source: str = "") -> dict[str, str]:
    """Of the pseudonym of every record of a country its id; ``source``: what is put before the ids of this source."""
    ids = {(one["resourceType"], one["id"]) for one in resources(country)}
    return {pseudonym(f"{type_}/{source}{id_}"): source + id_ for type_, id_ in ids}


@contextmanager
def computed(
    source: Source, data_as_of: datetime, names: Mapping[str, str], *, zone: str = ZONE
) -> Iterator[Computed]:
    """The contract tables of what a source knew at a moment, its days told in a zone."""
    with open_database(zone) as connection:
        connection.execute("SET threads = 1")  # of so little data, several cost more than they bring
        fill(connection, source, Cut(data_as_of, zone), key=KEY)
        yield Computed(connection, names, _patients(connection, names))


def _patients(connection: DuckDBPyConnection, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for record, person in connection.execute("SELECT record_key, person_key FROM person_source").fetchall():
        found.setdefault(person, []).append(names.get(record, record))
    return {person: " ".join(sorted(records)) for person, records in found.items()}


def by_cascade(of: Computed, asked: Asked) -> list[Row]:
    """The rows that the cascade lists, sorted."""
    ask(of.connection, [Period(asked.first, asked.last, asked.data_as_of, ZONE)])
    listed = of.connection.execute(members_sql(asked.measure, asked.profile)).fetchall()
    return sorted(_told(of, row) for _, _, *row in listed)


def times_by_cascade(of: Computed, asked: Asked) -> list[tuple[Row, int]]:
    """The rows of a measure of time with their days, sorted."""
    ask(of.connection, [Period(asked.first, asked.last, asked.data_as_of, ZONE)])
    listed = of.connection.execute(durations_sql(asked.measure, asked.profile)).fetchall()
    return sorted((_told(of, row), days) for _, _, *row, days in listed)


def times_by_truth(known: Known, asked: Asked) -> list[tuple[Row, int]]:
    """The rows and days that are true, sorted."""
    span = Span(asked.first, asked.last)
    return sorted((_true(one, ""), days) for one, days in oat_survival.durations(known, span, asked.profile))


def forget_statements() -> None:
    """Write the statements anew: what they are made of has changed."""
    members_sql.cache_clear()


def _told(of: Computed, row: list[Any]) -> Row:
    person, event, day, facility, setting, legal_status, sex, age, status = row
    place = of.names.get(facility, facility)
    return _text(
        of.patients[person], of.names.get(event, event), day, status, setting, place, legal_status, sex, age
    )


def by_truth(known: Known, asked: Asked, source: str = "") -> list[Row]:
    """The rows that are true, sorted; ``source``: what is put before the ids of this source."""
    span = Span(asked.first, asked.last)
    return sorted(_true(one, source) for one in truth.members(asked.measure, known, span, asked.profile))


def _true(one: Member, source: str) -> Row:
    return _text(
        " ".join(source + patient for patient in one.patients),
        f"{source}{one.event}" if one.event else None,
        one.day,
        one.status,
        one.setting,
        one.facility if one.facility == "unknown" else source + one.facility,
        one.legal_status,
        one.sex,
        one.age,
    )


def _text(*told: object) -> Row:
    return tuple("" if one is None else str(one) for one in told)
