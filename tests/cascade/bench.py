"""How long the chain takes beside one hand-written query over the same files, in paired runs.

    python tests/cascade/bench.py --doses 200000 --pairs 5

Made-up doses of a Bulk Data export, one file per type, are written to a temporary folder first. The
hand-written query counts the same people at the end of each month, by facility, with DuckDB's read_json and declared
columns; it keeps no account, removes no duplicates, makes no pseudonyms and checks no contract.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import duckdb

from cascade.compute import compute, fill, open_database
from cascade.derive.cut import Cut
from cascade.request import Request
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore
from cascade.views import read_ndjson, views

FACILITIES = 12
DAYS = 365
FIRST = datetime(2024, 1, 1, 6, tzinfo=UTC)
KEY = bytes(range(32))

BY_HAND = """
    WITH dose AS (
        SELECT subject.reference AS person, context.reference AS episode,
            timezone('Europe/Tirane', effectiveDateTime::TIMESTAMPTZ)::DATE AS given_on,
            unnest(range(DATE '2024-02-01', DATE '2025-01-02', INTERVAL 1 MONTH)) - INTERVAL 1 DAY AS month
        FROM read_json('{folder}/MedicationAdministration.ndjson', format = 'newline_delimited', columns = {{
            status: 'VARCHAR', effectiveDateTime: 'VARCHAR',
            subject: 'STRUCT(reference VARCHAR)', context: 'STRUCT(reference VARCHAR)',
            medicationCodeableConcept: 'STRUCT(coding STRUCT("system" VARCHAR, code VARCHAR)[])'}})
        WHERE status = 'completed'
            AND medicationCodeableConcept.coding[1].code IN ('N07BC01', 'N07BC02', 'N07BC51')
    ), episode AS (
        SELECT 'EpisodeOfCare/' || id AS episode, managingOrganization.reference AS facility
        FROM read_json('{folder}/EpisodeOfCare.ndjson', format = 'newline_delimited', columns = {{
            id: 'VARCHAR', managingOrganization: 'STRUCT(reference VARCHAR)'}})
    )
    SELECT month, facility, count(DISTINCT person)
    FROM dose JOIN episode USING (episode) WHERE given_on BETWEEN month - INTERVAL 7 DAY AND month
    GROUP BY GROUPING SETS ((month, facility), (month))
"""


def write(folder: Path, doses: int) -> None:
    """A year of daily methadone, one file per resource type."""
    random, people = Random(7), range(doses // DAYS + 1)
    with (folder / "MedicationAdministration.ndjson").open("w") as file:
        for number in range(doses):
            file.write(json.dumps(dose(number, random)) + "\n")
    with (folder / "EpisodeOfCare.ndjson").open("w") as file:
        for person in people:
            managing = {"reference": f"Organization/o{person % FACILITIES}"}
            episode = {"resourceType": "EpisodeOfCare", "id": f"e{person}", "managingOrganization": managing}
            file.write(json.dumps(episode) + "\n")
    with (folder / "Organization.ndjson").open("w") as file:
        for facility in range(FACILITIES):
            one = {"resourceType": "Organization", "id": f"o{facility}", "name": f"DEMO facility {facility}"}
            file.write(json.dumps(one) + "\n")


def dose(number: int, random: Random) -> dict[str, object]:
    """One administration of about 950 bytes, the size that the clinic writes."""
    person, day = divmod(number, DAYS)
    given = FIRST + timedelta(days=day, minutes=person * 7 % 240)
    return {
        "resourceType": "MedicationAdministration",
        "id": f"dose-{number}",
        "meta": {"versionId": "1", "lastUpdated": (given + timedelta(minutes=3)).isoformat()},
        "identifier": [{"system": "urn:example:dose", "value": f"{random.getrandbits(128):032x}"}],
        "status": "completed" if random.random() < 0.95 else "not-done",
        "medicationCodeableConcept": {
            "coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC02", "display": "methadone"}],
            "text": "Methadone oral solution 10 mg/mL",
        },
        "subject": {"reference": f"Patient/p{person}", "type": "Patient"},
        "context": {"reference": f"EpisodeOfCare/e{person}"},
        "effectiveDateTime": given.isoformat(),
        "performer": [
            {"actor": {"reference": "Practitioner/n1"}},
            {"actor": {"reference": "Practitioner/n2"}},
        ],
        "request": {"reference": f"MedicationRequest/r{person}"},
        "dosage": {
            "text": "60 mg by mouth",
            "dose": {"value": 60, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"},
        },
    }


def seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def by_hand(folder: Path) -> object:
    with duckdb.connect() as connection:
        return connection.execute(BY_HAND.format(folder=folder)).fetchall()


def flat_by_hand(folder: Path) -> object:
    """The declared members of every dose as a table, without reading which file holds what."""
    structure = {view.table: view.structure for view in views()}["medication_administration"]
    files = [folder / "MedicationAdministration.ndjson"]
    with open_database("Europe/Tirane") as connection:
        return connection.execute(f"CREATE TABLE flat AS FROM {read_ndjson(files, structure)}")


def chain(folder: Path) -> object:
    request = Request(
        period_end=date(2024, 12, 31),
        data_as_of=datetime(2026, 1, 1, tzinfo=UTC),
        zone="Europe/Tirane",
        measures=("oat_census",),
        profiles=("late_7",),
        every="month",
        periods=12,
        by=("facility",),
    )
    return compute(Ndjson(folder), request, key=KEY)


def flat(folder: Path) -> object:
    with open_database("Europe/Tirane") as connection:
        return Ndjson(folder).load(connection)


def contract_tables(folder: Path) -> object:
    with open_database("Europe/Tirane") as connection:
        cut = Cut(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Tirane")
        return fill(connection, Ndjson(folder), cut, key=KEY)


def flat_from_texts(folder: Path) -> object:
    def bodies(resource_type: str) -> list[str]:
        file = folder / f"{resource_type}.ndjson"
        return file.read_text().splitlines() if file.exists() else []

    with open_database("Europe/Tirane") as connection:
        return RecordStore(bodies).load(connection)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--doses", type=int, default=200_000)
    arguments.add_argument("--pairs", type=int, default=5)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, asked.doses)
        chain(folder)
        print(f"peak memory of one run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
        acts = (by_hand, chain, flat_by_hand, flat, contract_tables, flat_from_texts)
        times = {act.__name__: [] for act in acts}
        for _ in range(asked.pairs):
            for act in acts:
                times[act.__name__].append(seconds(lambda act=act: act(folder)))
        for act, taken in times.items():
            ratio = statistics.median(a / b for a, b in zip(taken, times["by_hand"], strict=True))
            print(f"{act:16} {statistics.median(taken):6.2f} s  {ratio:5.1f} x by hand")


if __name__ == "__main__":
    main()
