"""Worlds of contract rows, written as text tables that a clinician can read; and what a measure says of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from spec.world import Row, rows, span

from cascade import contract, reference
from cascade.cube import members_sql
from cascade.curves import durations_sql
from cascade.periods import ask
from cascade.reference import Member, World
from cascade.tables import GIVEN, Facility, LastGiver, Period, Person

ZONE = "Europe/Tirane"
DATA_AS_OF = datetime(2026, 6, 30, 22, tzinfo=UTC)

NAMES = {"person": "person_key", "facility": "facility_key", "record": "record_key", "event": "event_key"}
"""How a heading names a key."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "person": {"sex": "unknown", "records": 1, "link_basis": "single"},
    "facility": {
        "setting": "unknown",
        "oat": "none",
        "art": False,
        "hts": False,
        "expected_reporter": True,
        "has_given_oat": False,
    },
    "stay": {"kind": "custody"},
    "setting_at": {"conflict": False},
    "hiv_test": {"outcome": "negative", "purpose": "diagnostic", "self_test": False},
    "test_offer": {"accepted": True},
    "diagnosis": {"condition": "hiv", "certainty": "confirmed", "place": "here"},
    "supply": {"line": "art", "atc": "J05AR27", "kind": "dispensed"},
    "treatment": {"line": "art"},
    "laboratory": {"analyte": "hiv_viral_load", "value_hi_open": False},
    "treatment_order": {"atc": "N07BC02", "interval_days": 1, "times": 1},
    "hold": {"reason": "clinical"},
    "dose": {"atc": "N07BC02", "status": "given", "covers_days": 1},
    "due_day": {"outcome": "given"},
    "coverage": {"line": "art"},
    "last_giver": {"line": "art"},
    "oat_episode": {"profile": "gap_7", "episode": 1, "ended_by": "open", "setting_at_start": "community"},
}
"""What a table need not say."""

QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def world(**texts: str) -> World:
    """The contract rows of the tables given by name. People and facilities that are only named are made up.

    A heading is a column, or what a date's three columns share: `performed` with `2025-03-01`, `2025-03`,
    `2025-03-01 23:30` (an instant in the facilities' zone), `2025-03-01 to 2025-03-04` (one of
    these days) or nothing. A facility called prison is one. Where no `last_giver` is told, the facility of `coverage` gave
    from its first day on.
    """
    given = {
        name: [_row(name, number, row) for number, row in enumerate(listed)]
        for name, listed in _with_givers({name: rows(text) for name, text in texts.items()}).items()
    }
    given["last_giver"] = changes(given["last_giver"])
    named = [row for table in given.values() for row in table]
    people = _named(named, "person_key") - _named(given.get("person", []), "person_key")
    places = _named(named, "facility_key") - _named(given.get("facility", []), "facility_key")
    given["person"] = [
        *given.get("person", []),
        *(made(Person, "person", person_key=key) for key in sorted(people)),
    ]
    given["facility"] = [
        *given.get("facility", []),
        *(made(Facility, "facility", facility_key=key, setting=setting_of(key)) for key in sorted(places)),
    ]
    givers = {one.facility_key for one in given.get("dose", []) if one.status in GIVEN}
    given["facility"] = [
        replace(one, has_given_oat=one.has_given_oat or one.facility_key in givers)
        for one in given["facility"]
    ]
    return World(**given)


def changes(givers: Iterable[LastGiver]) -> list[LastGiver]:
    """Of the givers of each person and line, in order of time, those that are not the one before."""
    ordered = sorted(givers, key=lambda one: (one.person_key, one.line, one.from_on))
    return [
        next(same) for _, same in groupby(ordered, lambda one: (one.person_key, one.line, one.facility_key))
    ]


def period(text: str, *, data_as_of: datetime = DATA_AS_OF) -> Period:
    """A quarter (`2025-Q1`), a year (`2025`), or two days (`2025-01-01/2025-01-31`)."""
    if quarter := QUARTER.fullmatch(text):
        month = int(quarter[2]) * 3 - 2
        first, last = span(f"{quarter[1]}-{month:02d}")[0], span(f"{quarter[1]}-{month + 2:02d}")[1]
    elif "/" in text:
        first, last = (date.fromisoformat(day) for day in text.split("/"))
    else:
        first, last = span(text)
    assert first
    assert last
    return Period(first, last, data_as_of, ZONE)


def measured(name: str, of: World, over: Period, profile: str) -> list[Member]:
    """What the measure's expression says, run by DuckDB."""
    return [Member(*row) for _, _, *row in _run(members_sql(name, profile), of, over)]


def timed(name: str, of: World, over: Period, profile: str) -> list[tuple[Member, int]]:
    """What the durations of a measure of time say, run by DuckDB."""
    return [(Member(*row), days) for _, _, *row, days in _run(durations_sql(name, profile), of, over)]


def _run(sql: str, of: World, over: Period) -> list[Any]:
    with duckdb.connect() as connection:
        for table in contract.CONTRACT:
            listed = [asdict(row) for row in getattr(of, contract.table_name(table))]
            connection.register(
                contract.table_name(table), pa.Table.from_pylist(listed, contract.arrow_schema(table))
            )
        ask(connection, [over])
        return connection.execute(sql).fetchall()


def judged(name: str, of: World, over: Period, profile: str) -> list[Member]:
    """What the measure's twin says."""
    return list(import_module(f"{reference.__name__}.{name}").members(of, over, profile))


def judged_times(name: str, of: World, over: Period, profile: str) -> list[tuple[Member, int]]:
    """What the measure's twin says of durations."""
    return list(import_module(f"{reference.__name__}.{name}").durations(of, over, profile))


def ordered(members: Iterable[Member]) -> list[tuple[str, ...]]:
    """Members in an order of their own, so that two lists can be compared."""
    return sorted(tuple(map(str, asdict(member).values())) for member in members)


def shown(members: Iterable[Member], headings: Iterable[str]) -> list[tuple[str, ...]]:
    """Only the columns of an expectation."""
    return sorted(
        tuple(_text(getattr(member, NAMES.get(one, one))) for one in headings) for member in members
    )


def expected(text: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """The headings of a table of members, and its rows; a table of headings alone expects nobody."""
    listed = rows(text)
    headings = (
        list(listed[0]) if listed else [part.strip() for part in text.strip().splitlines()[0].split("|")]
    )
    return headings, sorted(tuple(row[heading] or "" for heading in headings) for row in listed)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _with_givers(listed: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The facilities that `coverage` names as rows of `last_giver`, unless those are given."""
    if "last_giver" in listed:
        return listed
    given = listed.get("coverage", [])
    return {
        **listed,
        "coverage": [_without(row, "facility") for row in given],
        "last_giver": [_without(row, "to on", "to_on") for row in given if row.get("facility")],
    }


def _without(row: Row, *headings: str) -> Row:
    return {heading: text for heading, text in row.items() if heading not in headings}


def _named(listed: Iterable[Any], key: str) -> set[str]:
    return {found for row in listed if (found := getattr(row, key, None)) and found not in ("unknown", "all")}


def setting_of(facility_key: str) -> str:
    """By its name."""
    return "prison" if "prison" in facility_key else "community"


def made(table: type, name: str, **given: Any) -> Any:
    """A row with what is given, and what a table need not say."""
    columns = contract.columns(table)
    blank = {column.name: None for column in columns if column.may_be_null}
    return table(**{**blank, **DEFAULTS.get(name, {}), **given})


def _row(name: str, number: int, row: Mapping[str, str | None]) -> Any:
    table = next(one for one in contract.CONTRACT if contract.table_name(one) == name)
    types = {field.name: None for field in fields(table)}
    given: dict[str, Any] = {"record_key": f"{name} {number}"} if "record_key" in types else {}
    for heading, text in row.items():
        given |= _cell(table, NAMES.get(heading, heading.replace(" ", "_")), text)
    if name == "due_day":
        given["noon_at"] = noon(given["due_on"])
    return made(table, name, **given)


def _cell(table: type, name: str, text: str | None) -> dict[str, Any]:
    columns = {column.name: column for column in contract.columns(table)}
    if f"{name}_on" in columns and f"{name}_lo" in columns:
        return {key: value for key, value in _dates(name, text).items() if key in columns}
    return {name: None if text is None else _value(columns[name].type, text)}


def _dates(name: str, text: str | None) -> dict[str, Any]:
    instant = _instant(text) if text and ":" in text else None
    first, last = span(text[:10] if text and instant else text)
    return {
        f"{name}_at": instant,
        f"{name}_on": first if first == last else None,
        f"{name}_lo": first,
        f"{name}_hi": last,
    }


def noon(day: date) -> datetime:
    """The instant of noon, in the facilities' zone."""
    return _instant(f"{day} 12:00")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _value(kind: type, text: str) -> Any:
    if kind is datetime:
        return _instant(text if " " in text else f"{text} 00:00")
    if kind is date:
        return date.fromisoformat(text)
    if kind is bool:
        return text == "yes"
    return kind(text)
