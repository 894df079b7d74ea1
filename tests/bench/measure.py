"""The measure beside hand-written SQL that counts the same over the same files."""

import json
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from figures import Figure, medians

from cascade.compute import compute
from cascade.request import Request
from cascade.sources.ndjson import Ndjson

DOSES = 200_000
PEOPLE = 1_000
ZONE = "Europe/Podgorica"

LAST = date(2026, 6, 30)
MONTHS = 6

BY_HAND = """
SELECT month, facility, count(DISTINCT person) AS people FROM (
    SELECT d.subject.reference AS person, e.serviceProvider.reference AS facility,
        CAST(CAST(d.effectiveDateTime AS TIMESTAMPTZ) AS DATE) AS given_on,
        unnest(range(DATE '2026-02-01', DATE '2026-07-02', INTERVAL 1 MONTH)) - INTERVAL 1 DAY AS month
    FROM read_json('{folder}/MedicationAdministration.ndjson', format='newline_delimited', columns={{
        status: 'VARCHAR', effectiveDateTime: 'VARCHAR', subject: 'STRUCT(reference VARCHAR)',
        context: 'STRUCT(reference VARCHAR)',
        medicationCodeableConcept: 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])'}}) d
    JOIN read_json('{folder}/Encounter.ndjson', format='newline_delimited', columns={{
        id: 'VARCHAR', serviceProvider: 'STRUCT(reference VARCHAR)'}}) e ON d.context.reference = 'Encounter/' || e.id
    WHERE d.status = 'completed' AND d.medicationCodeableConcept.coding[1].code IN ('N07BC01', 'N07BC02', 'N07BC51')
) WHERE given_on BETWEEN month - INTERVAL 7 DAY AND month GROUP BY ALL
"""


def figures() -> list[Figure]:
    """The one figure."""
    with tempfile.TemporaryDirectory(prefix="throughcare-bench-") as written:
        folder = Path(written)
        _write(folder)
        ours, by_hand = medians(lambda: _ours(folder), lambda: _by_hand(folder))
    title = f"people on OAT at the end of {MONTHS} months, over {DOSES:,} doses, NDJSON to result"
    return [
        Figure(title, f"{ours:.2f} s", f"hand-written DuckDB SQL {by_hand:.2f} s", f"{ours / by_hand:.1f} x")
    ]


def _write(folder: Path) -> None:
    with (folder / "Encounter.ndjson").open("w") as file:
        for n in range(PEOPLE):
            file.write(json.dumps(_encounter(n)) + "\n")
    with (folder / "MedicationAdministration.ndjson").open("w") as file:
        for n in range(DOSES):
            file.write(json.dumps(_dose(n)) + "\n")


def _encounter(n: int) -> dict[str, object]:
    provider = {"reference": f"Organization/prison-{n % 10}"}
    return {"resourceType": "Encounter", "id": f"e{n}", "status": "in-progress", "serviceProvider": provider}


def _dose(n: int) -> dict[str, object]:
    person, day = n % PEOPLE, n // PEOPLE
    on = date.fromordinal(date(2026, 1, 1).toordinal() + day)
    return {
        "resourceType": "MedicationAdministration",
        "id": f"d{n}",
        "status": "completed" if n % 17 else "not-done",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC02"}]},
        "subject": {"reference": f"Patient/p{person}"},
        "context": {"reference": f"Encounter/e{person}"},
        "effectiveDateTime": f"{on}T06:10:00+01:00",
        "dosage": {"dose": {"value": 60, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}},
    }


def _ours(folder: Path) -> float:
    began = time.perf_counter()
    request = Request(
        period_end=LAST,
        data_as_of=datetime.now(UTC),
        zone=ZONE,
        measures=("oat_census",),
        profiles=("late_7",),
        every="month",
        periods=MONTHS,
        by=("facility",),
    )
    frame = compute(Ndjson(folder), request, key=b"0" * 32).frame
    took = time.perf_counter() - began
    country = frame[(frame["by"] == "all") & (frame["figure"] == "on_oat")]
    assert list(country["numerator"]) == [PEOPLE] * MONTHS
    return took


def _by_hand(folder: Path) -> float:
    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{ZONE}'")
        rows = connection.execute(BY_HAND.format(folder=folder)).fetchall()
    took = time.perf_counter() - began
    assert [people for *_, people in rows] == [PEOPLE / 10] * 10 * MONTHS
    return took
