"""The measure beside hand-written SQL that counts the same over the same files."""

import json
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from figures import Figure, medians

from cascade.compute import compute
from cascade.sources.ndjson import Ndjson

DOSES = 200_000
PEOPLE = 1_000
ZONE = "Europe/Podgorica"

BY_HAND = """
SELECT date_trunc('month', CAST(CAST(d.effectiveDateTime AS TIMESTAMPTZ) AS DATE)) AS month, e.serviceProvider.reference AS facility,
    count(DISTINCT d.subject.reference) AS people
FROM read_json('{folder}/MedicationAdministration.ndjson', format='newline_delimited', columns={{
    status: 'VARCHAR', effectiveDateTime: 'VARCHAR', subject: 'STRUCT(reference VARCHAR)',
    context: 'STRUCT(reference VARCHAR)',
    medicationCodeableConcept: 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])'}}) d
JOIN read_json('{folder}/Encounter.ndjson', format='newline_delimited', columns={{
    id: 'VARCHAR', serviceProvider: 'STRUCT(reference VARCHAR)'}}) e ON d.context.reference = 'Encounter/' || e.id
WHERE d.status = 'completed' AND d.medicationCodeableConcept.coding[1].code IN ('N07BC01', 'N07BC02', 'N07BC51')
GROUP BY ALL
"""


def figures() -> list[Figure]:
    """The one figure."""
    with tempfile.TemporaryDirectory(prefix="throughcare-bench-") as written:
        folder = Path(written)
        _write(folder)
        ours, by_hand = medians(lambda: _ours(folder), lambda: _by_hand(folder))
    title = f"people given OAT over {DOSES:,} doses, NDJSON to result"
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
    outcome = compute(
        Ndjson(folder),
        ["people_given_oat"],
        period_end=date(2026, 7, 31),
        months=7,
        data_as_of=datetime.now(UTC),
        zone=ZONE,
        key=b"0" * 32,
    )
    took = time.perf_counter() - began
    assert outcome.frame["people"].max() == PEOPLE
    return took


def _by_hand(folder: Path) -> float:
    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = '{ZONE}'")
        rows = connection.execute(BY_HAND.format(folder=folder)).fetchall()
    took = time.perf_counter() - began
    assert max(people for *_, people in rows) == PEOPLE / 10
    return took
