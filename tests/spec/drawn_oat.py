"""Contract rows of opioid agonist treatment that nobody chose: few people, few days, so that they meet at every edge."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from spec import worlds

from cascade.reference import World
from cascade.tables import (
    Dose,
    Facility,
    Hold,
    Person,
    SettingAt,
    Supply,
    Transition,
    Treatment,
    TreatmentOrder,
)

FIRST = date(2025, 3, 20)
CUT_DAYS = st.sampled_from([FIRST + timedelta(days=days) for days in (20, 45, 70)])
# The clocks change on 30 March.
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days)) | st.sampled_from(
    [date(2025, 3, 29), date(2025, 3, 30), date(2025, 3, 31)]
)
PEOPLE = st.sampled_from(["amina", "besa"])
PLACES = st.sampled_from(["prison north", "prison south", "clinic", "unknown"])
PARTIAL = (date(2025, 4, 1), date(2025, 4, 30))
REASONS = (
    "refused", "absent", "court", "hospital", "released", "lockdown", "no_stock", "no_nurse", "clinical", "no_order", "other",
    None,
)  # fmt: skip
INSTANTS = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(worlds.ZONE)).astimezone(
        UTC
    ),
    DAYS,
    st.sampled_from((0, 3, 11, 12, 13)),
)
LATER = DAYS | st.none()


def _span(name: str, days: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The three columns of a date: a day, a month, or nothing."""
    known = days.map(lambda day: (day, day, day)) | st.just((None, *PARTIAL))
    return known.map(lambda one: {f"{name}_on": one[0], f"{name}_lo": one[1], f"{name}_hi": one[2]})


def _row(table: type, name: str, *spans: st.SearchStrategy[dict[str, Any]], **cells: Any) -> Any:
    def made(parts: tuple[dict[str, Any], ...]) -> Any:
        return worlds.made(table, name, **{key: value for part in parts for key, value in part.items()})

    return st.tuples(st.fixed_dictionaries(cells), *spans).map(made)


ORDERS = _row(
    TreatmentOrder,
    "treatment_order",
    record_key=st.just(""),
    person_key=PEOPLE,
    facility_key=PLACES,
    interval_days=st.sampled_from((1, 1, 7, 28)),
    valid_from=DAYS,
    valid_to=LATER,
)
HOLDS = _row(
    Hold,
    "hold",
    record_key=st.just(""),
    person_key=PEOPLE,
    from_on=DAYS,
    to_on=LATER,
    reason=st.sampled_from(("clinical", "missed_doses")),
)
DOSES = _row(
    Dose,
    "dose",
    _span("given", DAYS),
    record_key=st.just(""),
    person_key=PEOPLE,
    facility_key=PLACES,
    status=st.sampled_from(("given", "given", "partial", "redose", "not_given", "not_given")),
    reason=st.sampled_from(REASONS),
    given_at=INSTANTS | st.none(),
    covers_days=st.sampled_from((1, 1, 1, 2, 7, 28)),
)
SUPPLIES = _row(
    Supply,
    "supply",
    _span("supplied", DAYS),
    record_key=st.just(""),
    person_key=PEOPLE,
    facility_key=PLACES,
    line=st.sampled_from(("oat", "oat", "art")),
    atc=st.sampled_from(("one", "one", "other")),
    kind=st.sampled_from(("dispensed", "dispensed", "release_supply", "administered", "stated")),
    days=st.sampled_from((None, 0.5, 1.0, 2.0, 7.0, 14.5, 90.0)),
    days_assumed=st.sampled_from((None, 1.0, 30.0)),
    until_on=LATER,
)
TREATMENTS = _row(
    Treatment,
    "treatment",
    _span("start", DAYS),
    _span("stop", DAYS) | st.just({}),
    record_key=st.just(""),
    person_key=PEOPLE,
    facility_key=PLACES,
    line=st.sampled_from(("oat", "oat", "art")),
    stop_reason=st.sampled_from(("transferred_out", "transferred_out", "emigrated", "stopped", None)),
    to_facility_key=st.sampled_from((None, None, "clinic")),
)
MOVES = _row(
    Transition,
    "transition",
    person_key=PEOPLE,
    kind=st.just("release"),
    moved_at=INSTANTS,
    moved_on=DAYS,
    exit_reason=st.sampled_from(("deported", "release_planned", None)),
)
STAYS = _row(
    SettingAt,
    "setting_at",
    person_key=PEOPLE,
    from_at=INSTANTS,
    to_at=INSTANTS | st.none(),
    setting=st.sampled_from(("prison", "prison", "community")),
    facility_key=PLACES,
    legal_status=st.sampled_from(("pretrial", "sentenced", None)),
    conflict=st.just(value=False),
)
DEATHS = st.dictionaries(PEOPLE, _span("died", DAYS) | st.just({}), max_size=2)


def worlds_of(**tables: st.SearchStrategy[Any]) -> st.SearchStrategy[World]:
    """Worlds with up to six rows of each of these tables, people of whom some died, and the four places."""
    lists = {name: st.lists(row, max_size=6).map(_numbered) for name, row in tables.items()}
    if "setting_at" in lists:
        lists["setting_at"] = lists["setting_at"].map(_apart)
    return st.builds(_world, st.fixed_dictionaries(lists), DEATHS)


def _world(tables: dict[str, list[Any]], deaths: dict[str, dict[str, Any]]) -> World:
    people = [worlds.made(Person, "person", person_key=key, **died) for key, died in sorted(deaths.items())]
    places = [
        worlds.made(Facility, "facility", facility_key=key, setting=worlds.setting_of(key))
        for key in ("prison north", "prison south", "clinic")
    ]
    return World(person=people, facility=places, **tables)


def _numbered(rows: Iterable[Any]) -> list[Any]:
    return [
        replace(row, record_key=f"record {number}") if hasattr(row, "record_key") else row
        for number, row in enumerate(rows)
    ]


def _apart(rows: list[SettingAt]) -> list[SettingAt]:
    """Intervals of one person that do not overlap; some touch."""
    kept: list[SettingAt] = []
    for row in sorted(rows, key=lambda one: one.from_at):
        before = [one for one in kept if one.person_key == row.person_key]
        if before and before[-1].from_at == row.from_at:
            continue
        if before and (before[-1].to_at is None or before[-1].to_at > row.from_at):
            kept[kept.index(before[-1])] = replace(before[-1], to_at=row.from_at)
        ends = row.to_at if row.to_at and row.to_at > row.from_at else None
        kept.append(replace(row, to_at=ends))
    return kept
