"""The cascade beside hand-written SQL, over an invented country of about a million resources.

    python tests/bench/cascade_figures.py 400

The number is that of people on OAT; a hundred of them make about 56,000 resources.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from figures import Figure, medians, show

from cascade import contract
from cascade.compute import fill, open_database
from cascade.cube import cube
from cascade.derive.cut import Cut
from cascade.plan import COUNTRY, Counted, Series, shown
from cascade.refresh import refresh
from cascade.sources import Changed
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import ChangingRecordStore
from cascade.views import read_ndjson, views
from services.demo.country.simulation import simulated
from services.demo.country.writing import RECORDS, write

PEOPLE = 1_800
END, PERIOD_END = date(2026, 6, 30), date(2026, 3, 31)
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
ZONE = "Europe/Podgorica"
KEY = bytes(range(32))
MEASURES = ("oat_census", "oat_starts", "missed_doses")

QUARTERS = """
    CREATE TEMP TABLE quarter AS
    SELECT unnest($firsts) AS first_day, unnest($lasts) AS last_day, unnest($ends) AS end_at
"""
CENSUS = """
    WITH covered AS (
        SELECT person_key, last_day, end_at, max(least(to_on, last_day)) AS last_on
        FROM coverage JOIN quarter ON from_on <= last_day AND to_on >= last_day - {late}
        WHERE line = 'oat' GROUP BY ALL
    ), stopped AS (
        SELECT closed.person_key, last_day, stop_lo
        FROM treatment AS closed JOIN quarter ON stop_hi <= last_day
        ANTI JOIN treatment AS open ON open.person_key = closed.person_key AND open.line = 'oat'
            AND open.start_hi <= last_day AND coalesce(open.stop_lo > last_day, true)
        WHERE line = 'oat' AND coalesce(stop_reason <> 'transferred_out' OR to_facility_key IS NULL, true)
    ), living AS (
        SELECT covered.*, given.facility_key AS giver
        FROM covered
        ASOF LEFT JOIN (FROM last_giver WHERE line = 'oat') AS given
            ON given.person_key = covered.person_key AND given.from_on <= covered.last_day
        ANTI JOIN person ON person.person_key = covered.person_key AND died_hi <= last_day
        ANTI JOIN transition AS gone ON gone.person_key = covered.person_key AND gone.kind = 'release'
            AND gone.exit_reason = 'deported' AND gone.moved_on BETWEEN last_on AND last_day AND last_on < last_day
        ANTI JOIN stopped ON stopped.person_key = covered.person_key AND stopped.last_day = covered.last_day
            AND stop_lo >= last_on AND last_on < covered.last_day
    ), placed AS (
        SELECT last_day, last_on, coalesce(stay.setting, 'community') AS setting, coalesce(stay.facility_key, giver) AS facility_key
        FROM living LEFT JOIN setting_at AS stay ON stay.person_key = living.person_key
            AND stay.from_at < end_at AND coalesce(stay.to_at >= end_at, true)
    )
    SELECT last_day, setting, facility_key, count(*), count(*) FILTER (last_on < last_day)
    FROM placed GROUP BY GROUPING SETS ((last_day), (last_day, setting), (last_day, facility_key))
"""
STARTS = """
    SELECT last_day, setting_at_start, facility_key, count(*), count(*) FILTER (episode = 1)
    FROM oat_episode JOIN quarter ON first_on BETWEEN first_day AND last_day WHERE profile = '{profile}'
    GROUP BY GROUPING SETS ((last_day), (last_day, setting_at_start), (last_day, facility_key))
"""
MISSED = """
    WITH placed AS (
        SELECT last_day, coalesce(stay.setting, facility.setting) AS setting, due_day.facility_key, outcome
        FROM due_day JOIN quarter ON due_on BETWEEN first_day AND last_day
        LEFT JOIN setting_at AS stay ON stay.person_key = due_day.person_key AND stay.from_at <= noon_at
            AND coalesce(noon_at < stay.to_at, true)
        LEFT JOIN facility ON facility.facility_key = due_day.facility_key
    )
    SELECT last_day, setting, facility_key, count(*), count(*) FILTER (outcome IN ('refused', 'absent')),
        count(*) FILTER (outcome = 'not_recorded'),
        count(*) FILTER (outcome NOT IN ('given', 'refused', 'absent', 'not_recorded', 'other'))
    FROM placed GROUP BY GROUPING SETS ((last_day), (last_day, setting), (last_day, facility_key))
"""
BY_HAND = (
    CENSUS.format(late=7),
    CENSUS.format(late=0),
    STARTS.format(profile="gap_7"),
    STARTS.format(profile="gap_28"),
    MISSED,
)


def figures(people: int = PEOPLE) -> Iterator[Figure]:
    """Flat tables, cube and refresh, each beside its floor."""
    with tempfile.TemporaryDirectory(prefix="throughcare-bench-") as written:
        folder = Path(written)
        write(simulated(people, 24, 1, END), folder)
        lines = {file: file.read_text().splitlines() for file in sorted((folder / RECORDS).glob("*.ndjson"))}
        count = sum(map(len, lines.values()))
        yield from _flat(folder / RECORDS, count)
        yield from _cube(folder, count)
        yield from _refresh(folder, [line for listed in lines.values() for line in listed])


def _flat(records: Path, count: int) -> Iterator[Figure]:
    ours, by_hand = medians(lambda: _seconds(_ours_flat, records), lambda: _seconds(_flat_by_hand, records))
    yield _figure(
        f"NDJSON of {count:,} resources to flat tables",
        ours,
        "read_json with declared columns, as tables",
        by_hand,
        "at most 1.5",
    )


# DuckDB compresses what was written at some later statement: both pay here, whenever it would be.
COMPRESS = "CHECKPOINT"


def _ours_flat(records: Path) -> None:
    with open_database(ZONE) as connection:
        Ndjson(records).load(connection)
        connection.execute(COMPRESS)


def _flat_by_hand(records: Path) -> None:
    """The same members of the same files as tables, without a look at what a line is."""
    with open_database(ZONE) as connection:
        for view in views():
            if files := sorted(records.rglob(f"{view.resource_type}.ndjson")):
                connection.execute(
                    f"CREATE TABLE flat_{view.table} AS FROM {read_ndjson(files, view.structure)}"
                )
        connection.execute(COMPRESS)


def _cube(folder: Path, count: int) -> Iterator[Figure]:
    parquet = folder / "parquet"
    parquet.mkdir()
    with open_database(ZONE) as connection:
        fill(connection, Ndjson(folder / RECORDS), Cut(NOW, ZONE), key=KEY)
        for table in map(contract.table_name, contract.CONTRACT):
            connection.execute(f"COPY {table} TO '{parquet}/{table}.parquet'")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with _over(parquet) as connection:
        plan = shown(PERIOD_END, date(2024, 1, 1), data_as_of=NOW, zone=ZONE)
        asked = [
            Counted(Series(measure, "quarter", by), quarter)
            for measure in MEASURES
            for by in (COUNTRY, ("setting",), ("facility_key",))
            for quarter in plan.quarters
        ]
        connection.execute(
            QUARTERS,
            {
                "firsts": [one.first for one in plan.quarters],
                "lasts": [one.last for one in plan.quarters],
                "ends": [one.end for one in plan.quarters],
            },
        )
        cold = _seconds(cube, connection, asked)
        ours, by_hand = medians(
            lambda: _seconds(cube, connection, asked), lambda: _seconds(_cube_by_hand, connection)
        )
    yield _figure(
        f"{', '.join(MEASURES)} of {len(plan.quarters)} quarters over {count:,} resources",
        ours,
        "hand-written DuckDB SQL over the same Parquet",
        by_hand,
        "at most 1.5",
    )
    yield Figure("the same the first time, when Ibis writes the SQL", f"{cold:.2f} s", "", "")
    yield Figure("peak memory until then", f"{peak:,.0f} MiB", "", "")


def _over(parquet: Path) -> duckdb.DuckDBPyConnection:
    connection = open_database(ZONE)
    for table in map(contract.table_name, contract.CONTRACT):
        connection.execute(f"CREATE VIEW {table} AS FROM '{parquet}/{table}.parquet'")
    return connection


def _cube_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    for sql in BY_HAND:
        connection.execute(sql).fetchall()


class Records:
    """The country as a store that changes."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.texts: dict[str, dict[str, str]] = {}
        self.feed: list[Changed] = []
        for line in lines:
            one = json.loads(line)
            self.texts.setdefault(one["resourceType"], {})[one["id"]] = line

    def source(self) -> ChangingRecordStore:
        return ChangingRecordStore(
            lambda type_: self.texts.get(type_, {}).values(),
            lambda: "bench",
            lambda: str(len(self.feed)),
            lambda after: self.feed[int(after) :],
        )

    def give(self, number: int) -> None:
        """One more dose."""
        id_, text = next(reversed(self.texts["MedicationAdministration"].items()))
        dose = json.loads(text) | {"id": f"{id_}-{number}", "identifier": []}
        dose["effectiveDateTime"] = f"2026-03-{number % 28 + 1:02}T12:34:{number % 60:02}Z"
        self.texts["MedicationAdministration"][dose["id"]] = json.dumps(dose)
        self.feed.append(Changed("MedicationAdministration", dose["id"], json.dumps(dose)))


def _refresh(folder: Path, lines: list[str]) -> Iterator[Figure]:
    records = Records(lines)
    numbers = iter(range(1, 1_000))

    def part() -> float:
        records.give(next(numbers))
        return _seconds(_refreshed, records, folder / "kept" / "cascade.duckdb")

    def whole() -> float:
        return _seconds(_refreshed, records, folder / f"whole-{next(numbers)}" / "cascade.duckdb")

    _refreshed(records, folder / "kept" / "cascade.duckdb")
    ours, everything = medians(part, whole)
    yield _figure("refresh after one dose", ours, "a whole refresh", everything, "at most 0.1")


def _refreshed(records: Records, file: Path) -> None:
    refresh(file, records.source(), period_end=PERIOD_END, now=NOW, zone=ZONE, key=KEY)


def _seconds(act: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    act(*given)
    return time.perf_counter() - began


def _figure(title: str, ours: float, floor: str, seconds: float, bar: str) -> Figure:
    return Figure(title, f"{ours:.2f} s", f"{floor} {seconds:.2f} s", f"{ours / seconds:.2f} x", bar)


if __name__ == "__main__":
    show("The cascade", list(figures(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)))
