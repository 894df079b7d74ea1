"""Stays that nobody chose: few people, days and hours, so that they touch, overlap and stay open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from spec import worlds

from cascade.reference import World
from cascade.tables import Person, Stay

FIRST = date(2025, 3, 27)
CUTS = st.sampled_from(["2025-04-02", "2025-04-04 23:00", "2025-04-20"])
DAYS = st.integers(0, 9).map(lambda nth: FIRST + timedelta(days=nth))
HOURS = st.sampled_from((0, 8, 8, 12))
PRISONS = st.sampled_from(["prison north", "prison south", "unknown"])
CENTRES = st.sampled_from(["clinic", "centre"])
WAYS_OUT = st.sampled_from(
    ["transfer", "unknown", "release_planned", "release_unplanned", "death", "deported"]
)
WAYS_IN = st.sampled_from([None, "liberty", "transfer", "recall"])
LEGAL = st.sampled_from(["pretrial", "sentenced", None])


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(worlds.ZONE)).astimezone(UTC)


@st.composite
def _moment(draw: st.DrawFn, day: date) -> tuple[datetime | None, date | None, date, date]:
    """An hour of the day, the day, or some days of which it is one."""
    known = draw(st.sampled_from(("hour", "hour", "hour", "day", "day", "span")))
    if known == "span":
        return (
            None,
            None,
            day - timedelta(days=draw(st.integers(0, 2))),
            day + timedelta(days=draw(st.integers(1, 2))),
        )
    return (_at(day, draw(HOURS)) if known == "hour" else None), day, day, day


def _cells(name: str, moment: tuple[Any, ...] | None) -> dict[str, Any]:
    return {
        f"{name}_{one}": value
        for one, value in zip(("at", "on", "lo", "hi"), moment or (None,) * 4, strict=True)
    }


@st.composite
def _stay(draw: st.DrawFn, number: int, person_key: str) -> list[Stay]:
    """The rows of one record: of a stay in custody perhaps two, which touch."""
    kind = draw(
        st.sampled_from(("custody", "custody", "custody", "community_oat", "community_hiv", "absence_court"))
    )
    in_custody = kind == "custody"
    day = draw(DAYS)
    last = day + timedelta(days=draw(st.integers(0, 5)))
    start, end = draw(_moment(day)), draw(st.none() | _moment(last))
    row = worlds.made(
        Stay,
        "stay",
        record_key=f"record {number}",
        person_key=person_key,
        facility_key=draw(PRISONS if in_custody else CENTRES),
        kind=kind,
        legal_status=draw(LEGAL) if in_custody else None,
        entry_reason=draw(WAYS_IN) if in_custody else "enrolment",
        exit_reason=draw(WAYS_OUT) if end else None,
        **_cells("start", start),
        **_cells("end", end),
    )
    if end and (end[3] < start[2] or (start[0] and end[0] and end[0] < start[0])):
        return []
    changed = (end[2] if end else last) - timedelta(days=1)
    if in_custody and start[3] < changed and draw(st.booleans()):
        noon = (_at(changed, 12), changed, changed, changed)
        first = replace(row, **_cells("end", noon), exit_reason=None)
        return [first, replace(row, **_cells("start", noon), legal_status=draw(LEGAL), entry_reason=None)]
    return [row]


@st.composite
def _worlds(draw: st.DrawFn) -> World:
    people = ("amina", "amina", "amina", "besa")
    stays = [
        row
        for number in range(draw(st.integers(1, 7)))
        for row in draw(_stay(number, draw(st.sampled_from(people))))
    ]
    return World(person=[draw(_person(key)) for key in ("amina", "besa")], stay=stays)


@st.composite
def _person(draw: st.DrawFn, key: str) -> Person:
    died = draw(st.none() | st.none() | _moment(draw(DAYS)))
    cells = _cells("died", died)
    cells.pop("died_at")
    return worlds.made(Person, "person", person_key=key, **cells)


WORLDS = _worlds()
