"""Worlds that nobody chose: contract rows of a few people, places and days, so that they meet at every edge."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from spec import worlds
from spec.world import span

from cascade import contract
from cascade.reference import World
from cascade.tables import Facility, Period, Person

PEOPLE = ("amina", "besa", "drita")
MEETING = ("amina", "amina", "amina", "amina", "besa", "drita")
"""Mostly one of them, so that rows of different tables meet."""
FACILITIES = ("prison north", "prison south", "clinic", "unknown")
ZONE = ZoneInfo(worlds.ZONE)

CHOICES: Mapping[tuple[str, str], Sequence[Any]] = {
    ("person", "sex"): ("female", "male", "unknown"),
    ("setting_at", "setting"): ("prison", "community"),
    ("setting_at", "legal_status"): ("pretrial", "sentenced", None),
    ("hiv_test", "outcome"): ("negative", "positive", "positive", "inconclusive", "unknown"),
    ("hiv_test", "purpose"): ("diagnostic", "diagnostic", "retest", "verification", "known_positive"),
    ("hiv_test", "self_test"): (False, False, False, True),
    ("diagnosis", "condition"): ("hiv", "hiv", "hiv", "opioid_dependence"),
    ("diagnosis", "certainty"): ("confirmed", "confirmed", "provisional", "refuted"),
    ("diagnosis", "place"): ("here", "abroad", "unknown"),
    ("supply", "line"): ("art", "art", "oat", "prep", "pep"),
    ("supply", "kind"): ("dispensed", "release_supply", "administered", "stated"),
    ("supply", "days"): (None, 1.0, 28.0, 30.0, 90.0),
    ("treatment", "line"): ("art", "art", "oat"),
    ("treatment", "stop_reason"): (
        None, "transferred_out", "emigrated", "stopped", "refused", "recorded_ltfu", "completed", "died", "unknown",
    ),
    ("laboratory", "analyte"): ("hiv_viral_load",),
    ("laboratory", "value_lo"): (None, 0.0, 0.0, 50.0, 199.0, 200.0, 999.0, 1000.0),
    ("laboratory", "value_hi"): (None, 40.0, 50.0, 199.0, 200.0, 999.0, 1000.0, float("inf")),
    ("coverage", "line"): ("art", "art", "oat", "oat", "oat"),
    ("coverage", "from_on"): (
        date(2024, 3, 31), date(2024, 4, 1), date(2024, 9, 30), date(2024, 9, 30), date(2024, 10, 1), date(2025, 6, 30),
        date(2025, 7, 1), date(2024, 12, 24), date(2024, 12, 31), date(2025, 2, 24), date(2025, 2, 25), date(2025, 2, 28), date(2025, 3, 1),
        date(2025, 3, 3), date(2025, 3, 4), date(2025, 3, 5), date(2025, 3, 7), date(2025, 3, 10), date(2025, 3, 23),
        date(2025, 3, 24), date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 24),
    ),
    ("last_giver", "line"): ("art", "art", "oat", "oat", "oat"),
    ("last_giver", "from_on"): (
        date(2024, 3, 31), date(2024, 9, 30), date(2024, 12, 24), date(2025, 2, 25), date(2025, 3, 10), date(2025, 3, 24),
        date(2025, 3, 30), date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 24), date(2025, 12, 31), date(2026, 1, 1),
    ),
    ("transition", "moved_at"): tuple(
        datetime(2025, month, day, hour, tzinfo=UTC)
        for month, day in ((2, 28), (3, 3), (3, 4), (3, 24), (3, 31), (12, 24)) for hour in (8, 23)
    ),
    ("transition", "kind"): ("reception", "reception", "release", "release", "release", "transfer"),
    ("transition", "exit_reason"): (
        "transfer", "release_planned", "release_unplanned", "death", "deported", "deported", "escape", None,
    ),
    ("transition", "legal_status"): ("pretrial", "sentenced", None),
    ("due_day", "outcome"): (
        "given", "given", "refused", "absent", "court", "hospital", "released", "lockdown", "no_stock", "no_nurse",
        "no_order", "other", "not_recorded",
    ),
    ("oat_episode", "profile"): ("gap_7", "gap_28"),
    # 366, 365, 184, 183, 8 and 7 days before the one cut or the other, and beside the periods' ends.
    ("oat_episode", "first_on"): (
        date(2024, 3, 31), date(2024, 4, 1), date(2024, 9, 29), date(2024, 9, 30), date(2024, 10, 1), date(2024, 12, 31),
        date(2025, 1, 1), date(2025, 3, 24), date(2025, 3, 25), date(2025, 3, 31), date(2025, 4, 1), date(2025, 7, 1),
        date(2025, 12, 29), date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1),
    ),
    ("oat_episode", "ended_by"): ("open", "gap", "death", "left_data"),
    ("oat_episode", "setting_at_start"): ("prison", "community", "unknown"),
    ("oat_episode", "legal_status"): ("pretrial", "sentenced", None),
    ("stay", "kind"): ("custody", "custody", "absence_court", "community_oat", "community_hiv"),
    ("dose", "status"): ("given", "given", "partial", "redose", "not_given"),
    ("facility", "oat"): ("none", "continue_only", "initiate"),
    ("population", "kind"): ("custody_census", "plhiv_estimate"),
}  # fmt: skip

EDGES = (
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 2, 28),
    date(2025, 3, 3),
    date(2025, 3, 4),
    date(2025, 3, 23),
    date(2025, 3, 24),
    date(2025, 3, 31),
    date(2025, 4, 1),
)
SPANS: Mapping[tuple[str, str], Sequence[date]] = {
    ("laboratory", "collected"): (
        date(2024, 3, 31), date(2024, 4, 1), date(2024, 9, 30), date(2024, 10, 1), date(2024, 12, 31), date(2025, 1, 1),
        date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 31),
    ),
    ("supply", "supplied"): (
        date(2025, 2, 20), date(2025, 2, 28), date(2025, 3, 3), date(2025, 3, 4), date(2025, 3, 10), date(2025, 3, 11),
        date(2025, 3, 23), date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 24),
    ),
}  # fmt: skip
"""Days near which a date of a table is drawn, where the edges of all tables are not its edges."""

RARE = (("person", "died"), ("treatment", "stop"))
"""Dates that few rows have, so that most people are there to be counted."""

AFTER: Mapping[tuple[str, str], str] = {
    ("coverage", "to_on"): "from_on",
    ("oat_episode", "last_covered_on"): "first_on",
    ("transition", "next_custody_on"): "moved_on",
}
"""Dates that are drawn as days after another date of the row."""
LENGTHS = (0, 0, 1, 2, 3, 4, 6, 7, 8, 27, 28, 29, 90, 153, 154, 181, 182, 183, 336, 337, 363, 364, 365)
DAYS = st.sampled_from(EDGES) | st.dates(date(2023, 6, 1), date(2026, 6, 30))
HOURS = st.sampled_from((0, 1, 9, 23))
PARTS = st.sampled_from(
    [
        "2024",
        "2024-12",
        "2025",
        "2025-01",
        "2025-03",
        "2025-04",
        # Over the edge of a period, with the middle on either side of it.
        "2024-12-31 to 2025-01-01",
        "2024-12-31 to 2025-01-02",
        "2025-03-30 to 2025-04-01",
        "2025-03-31 to 2025-04-02",
    ]
)

PERIODS = st.builds(
    Period,
    first=st.sampled_from((date(2025, 1, 1), date(2024, 1, 1))),
    last=st.sampled_from((date(2025, 3, 31), date(2025, 12, 31))),
    data_as_of=st.sampled_from((datetime(2025, 4, 1, 12, tzinfo=UTC), worlds.DATA_AS_OF)),
    zone=st.just(worlds.ZONE),
)


def drawn(*tables: str) -> st.SearchStrategy[World]:
    """Worlds with up to six rows in each of these tables, three people and four places."""
    return st.fixed_dictionaries({name: _listed(name) for name in tables}).map(_whole)


def _listed(name: str) -> st.SearchStrategy[list[Any]]:
    rows = st.lists(_row(name), min_size=3, max_size=6) | st.lists(_row(name), max_size=6)
    if name in ORDERLY:
        return rows.map(ORDERLY[name])
    return rows.map(lambda listed: [_numbered(row, number) for number, row in enumerate(listed)])


def _row(name: str) -> st.SearchStrategy[Any]:
    table = next(one for one in contract.CONTRACT if contract.table_name(one) == name)
    names = [column.name for column in contract.columns(table)]
    spans = [one[:-3] for one in names if one.endswith("_lo") and f"{one[:-3]}_on" in names]
    spanned = {f"{one}_{end}" for one in spans for end in ("at", "on", "lo", "hi")}
    parts = {
        column.name: _cell(name, column) for column in contract.columns(table) if column.name not in spanned
    }
    dates = {
        one: _span(
            _days(name, one),
            may_be_missing=_may_be_null(table, f"{one}_lo"),
            is_rare=(name, one) in RARE,
        )
        for one in spans
    }
    return st.fixed_dictionaries(
        {"parts": st.fixed_dictionaries(parts), "dates": st.fixed_dictionaries(dates)}
    ).map(lambda drawn: table(**_in_turn(name, drawn["parts"]), **_spread(drawn["dates"], names)))


def _days(name: str, span_name: str) -> st.SearchStrategy[date]:
    near = SPANS.get((name, span_name))
    return st.sampled_from(near) if near else DAYS


def _may_be_null(table: type, name: str) -> bool:
    return any(column.name == name and column.may_be_null for column in contract.columns(table))


def _cell(name: str, column: contract.Column) -> st.SearchStrategy[Any]:
    if (name, column.name) in CHOICES:
        return st.sampled_from(CHOICES[name, column.name])
    if (name, column.name) in AFTER:
        return st.sampled_from((*LENGTHS, None) if column.may_be_null else LENGTHS)
    if column.name == "person_key":
        return st.sampled_from(MEETING)
    if column.name.endswith("facility_key"):
        return st.sampled_from((*FACILITIES, None) if column.may_be_null else FACILITIES)
    made = {
        date: DAYS,
        datetime: _instants(),
        bool: st.booleans(),
        int: st.integers(0, 30),
        float: st.sampled_from((0.0, 1.0, 60.0)),
        str: st.just("x"),
    }
    return st.none() | made[column.type] if column.may_be_null else made[column.type]


def _in_turn(name: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The row with its dates in the order in which they happen."""
    if name == "transition":
        parts = {**parts, "moved_on": parts["moved_at"].astimezone(ZONE).date()}
    lengths = {column: first for (table, column), first in AFTER.items() if table == name}
    dated = {
        column: parts[first] + timedelta(days=parts[column])
        for column, first in lengths.items()
        if parts[column] is not None
    }
    return {**parts, **dated}


def _instants(days: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC),
        days,
        HOURS,
    )


def _span(days: st.SearchStrategy[date], *, may_be_missing: bool, is_rare: bool) -> st.SearchStrategy[Any]:
    """Nothing, a day, a day with an hour, or a part of a calendar."""
    texts = days.map(date.isoformat) | PARTS
    known = texts.map(lambda text: (None, *span(text))) | _instants(days).map(
        lambda at: (at, *(at.astimezone(ZONE).date(),) * 2)
    )
    if is_rare:
        return st.sampled_from((known, *(st.none(),) * 3)).flatmap(lambda one: one)
    return st.none() | known if may_be_missing else known


def _spread(dates: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    spread: dict[str, Any] = {}
    for one, known in dates.items():
        at, first, last = known or (None, None, None)
        spread |= {
            f"{one}_at": at,
            f"{one}_on": first if first == last else None,
            f"{one}_lo": first,
            f"{one}_hi": last,
        }
    return {name: value for name, value in spread.items() if name in names}


def _numbered(row: Any, number: int) -> Any:
    return replace(row, record_key=f"record {number}") if hasattr(row, "record_key") else row


def _apart(rows: list[Any]) -> list[Any]:
    """The intervals of one person that do not overlap, as the contract promises."""
    kept: list[Any] = []
    for row in sorted(rows, key=lambda one: one.from_at):
        before = [one for one in kept if one.person_key == row.person_key]
        if before and before[-1].to_at and row.from_at <= before[-1].from_at:
            continue
        if before:
            kept[kept.index(before[-1])] = replace(
                before[-1], to_at=min(before[-1].to_at or row.from_at, row.from_at)
            )
        to_at = row.to_at if row.to_at and row.to_at > row.from_at else None
        kept.append(replace(row, to_at=to_at))
    return [one for one in kept if one.to_at is None or one.to_at > one.from_at]


def _separate(rows: list[Any]) -> list[Any]:
    """The covered days of one person and line, which neither overlap nor touch."""
    return _one_after_another(rows, ("person_key", "line"), "from_on", "to_on")


def _givers(rows: list[Any]) -> list[Any]:
    """Who gave last from a day on: one on a day, and of those that follow one another only who is another."""
    return worlds.changes({_key(one, ("person_key", "line", "from_on")): one for one in rows}.values())


def _episodes(rows: list[Any]) -> list[Any]:
    """The episodes of one person and profile, numbered in the order of time."""
    whose = ("person_key", "profile")
    kept = _one_after_another(rows, whose, "first_on", "last_covered_on")
    before = [
        [one for one in kept[:nth] if _key(one, whose) == _key(row, whose)] for nth, row in enumerate(kept)
    ]
    return [replace(row, episode=1 + len(earlier)) for row, earlier in zip(kept, before, strict=True)]


def _one_after_another(rows: list[Any], whose: Sequence[str], first: str, last: str) -> list[Any]:
    kept: list[Any] = []
    until: dict[Hashable, date] = {}
    for row in sorted(rows, key=lambda one: getattr(one, first)):
        before = until.get(_key(row, whose))
        if before is None or before + timedelta(days=1) < getattr(row, first):
            until[_key(row, whose)] = getattr(row, last)
            kept.append(row)
    return kept


def _one_move_at_a_time(rows: list[Any]) -> list[Any]:
    return list({(one.person_key, one.moved_at): one for one in rows}.values())


def _one_a_day(rows: list[Any]) -> list[Any]:
    apart = {(one.person_key, one.due_on): one for one in rows}.values()
    return [replace(one, noon_at=worlds.noon(one.due_on)) for one in apart]


def _results(rows: list[Any]) -> list[Any]:
    """Results that have both ends of what they allow or neither, the lower first; below no other number than the upper."""
    return [_numbered(_result(row), number) for number, row in enumerate(rows)]


def _result(row: Any) -> Any:
    if row.value_lo is None or row.value_hi is None:
        return replace(row, value_lo=None, value_hi=None, value_hi_open=False)
    low, high = sorted((row.value_lo, row.value_hi))
    return replace(row, value_lo=low, value_hi=high, value_hi_open=row.value_hi_open and low < high)


def _key(row: Any, names: Sequence[str]) -> Hashable:
    return tuple(getattr(row, name) for name in names)


ORDERLY: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "setting_at": _apart,
    "coverage": _separate,
    "last_giver": _givers,
    "oat_episode": _episodes,
    "transition": _one_move_at_a_time,
    "due_day": _one_a_day,
    "laboratory": _results,
}
"""What the contract promises about the rows of a table together."""


def _whole(tables: Mapping[str, list[Any]]) -> World:
    births = (date(1960, 2, 29), date(1990, 4, 1), date(2007, 3, 31))
    people = tables.get("person") or [
        worlds.made(
            Person, "person", person_key=key, sex="female", birth_on=born, birth_lo=born, birth_hi=born
        )
        for key, born in zip(PEOPLE, births, strict=True)
    ]
    places = [
        worlds.made(
            Facility,
            "facility",
            facility_key=key,
            setting="unknown" if key == "unknown" else worlds.setting_of(key),
        )
        for key in FACILITIES
    ]
    return World(**{**tables, "person": _one_each(people), "facility": tables.get("facility") or places})


def _one_each(people: list[Any]) -> list[Any]:
    return list({one.person_key: one for one in people}.values())
