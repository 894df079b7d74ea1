"""Worlds written as text: contract rows and FHIR resources from tables a clinician can read."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from cascade import contract
from cascade import monthly as measures
from cascade.tables import ALL_FACILITIES, UNKNOWN_FACILITY, Dose, Facility, Window

ZONE = "Europe/Tirane"
ATC = "http://www.whocc.no/atc"
Row = Mapping[str, str | None]
Json = dict[str, Any]


def rows(text: str) -> list[Row]:
    """The rows of a table drawn with | and -, by heading; an empty cell is None."""
    lines = [line for line in text.strip().splitlines() if not set(line.strip()) <= set("-+ ")]
    heading, *body = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return [dict(zip(map(str, heading), cells, strict=True)) for cells in body]


def total(arithmetic: str) -> int:
    """What a sum such as `2 + 1 - 1` comes to."""
    terms = arithmetic.replace("-", "+ -").replace("- ", "-").split("+")
    return sum(int(term) for term in terms)


def expected(text: str) -> dict[tuple[date | None, str], int]:
    """People by month and facility, from a table of month | facility | people; `not known` is no month."""
    return {(_month(row["month"]), str(row["facility"])): total(str(row["people"])) for row in rows(text)}


def _month(text: str | None) -> date | None:
    return None if text == "not known" else date.fromisoformat(f"{text}-01")


def doses(text: str) -> list[Dose]:
    """Contract rows from a table of person | facility | given on, and perhaps status and recorded at."""
    return [_dose(number, row) for number, row in enumerate(rows(text))]


def _dose(number: int, row: Row) -> Dose:
    first, last = span(row["given on"])
    recorded = row.get("recorded at")
    return Dose(
        record_key=f"record {number}",
        person_key=str(row["person"]),
        facility_key=row["facility"] or UNKNOWN_FACILITY,
        business_id=None,
        recorded_at=datetime.fromisoformat(recorded) if recorded else None,
        atc="N07BC02",
        status=row.get("status") or "given",
        reason=None,
        given_at=None,
        given_on=first if first == last else None,
        given_lo=first,
        given_hi=last,
        given_mg=None,
    )


def span(text: str | None) -> tuple[date | None, date | None]:
    """First and last day of a day, a month or a year written as FHIR writes it, or of `one day to another`."""
    if text is None:
        return None, None
    if " to " in text:
        first, last = text.split(" to ")
        return date.fromisoformat(first), date.fromisoformat(last)
    if len(text) == 4:
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if len(text) == 7:
        first = date.fromisoformat(f"{text}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date.fromisoformat(text), date.fromisoformat(text)


def facilities_of(given: Iterable[Dose]) -> list[Facility]:
    """A facility row for each facility of the doses."""
    keys = sorted({dose.facility_key for dose in given})
    return [facility(key, None if key == UNKNOWN_FACILITY else f"DEMO {key}") for key in keys]


def facility(key: str, name: str | None) -> Facility:
    """A facility of which only the name is known."""
    return Facility(key, name, None, "unknown", None, "none", False, False, True, False, None, None)


def window(*, period_end: str = "2025-03-31", months: int = 3, data_as_of: str = "2025-04-10") -> Window:
    """A window in Europe/Tirane; the data cut is at midnight UTC of its day unless it has a time."""
    cut = datetime.fromisoformat(data_as_of)
    return Window(
        date.fromisoformat(period_end), months, cut if cut.tzinfo else cut.replace(tzinfo=UTC), ZONE
    )


def run(name: str, given: Sequence[Dose], facilities: Sequence[Facility], over: Window) -> list[Json]:
    """The rows of a measure's Ibis expression, run by DuckDB over contract rows."""
    measure = measures.measure(name)
    with duckdb.connect() as connection:
        put(connection, Dose, given)
        put(connection, Facility, facilities)
        sql = ibis.to_sql(measure.expression(contract.unbound(), over), dialect="duckdb")
        return connection.sql(sql).to_arrow_table().to_pylist()


def put(connection: duckdb.DuckDBPyConnection, table: type, given: Sequence[Any]) -> None:
    """Make a contract table of these rows, checked against the contract."""
    schema = contract.arrow_schema(table)
    connection.register("given_rows", pa.Table.from_pylist([asdict(row) for row in given], schema))
    connection.execute(f"CREATE TABLE {contract.table_name(table)} AS FROM given_rows")
    connection.unregister("given_rows")
    contract.verify_rows(connection, table)


def reference(kind: str, id_: str | None) -> Json | None:
    return {"reference": f"{kind}/{id_}"} if id_ else None


def administration(
    id_: str,
    *,
    person: str | None = "amina",
    episode: str | None = None,
    encounter: str | None = None,
    effective: str | None = "2025-03-01T08:00:00+01:00",
    status: str | None = "completed",
    code: str = "N07BC02",
    mg: float | None = 60,
    identifier: str | None = None,
    **other: Any,
) -> Json:
    """A MedicationAdministration as the clinic writes it; `other` members replace or add."""
    amount = {"dose": {"value": mg, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    resource = {
        "resourceType": "MedicationAdministration",
        "id": id_,
        "status": status,
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": code}]},
        "subject": reference("Patient", person),
        "context": reference("EpisodeOfCare", episode) or reference("Encounter", encounter),
        "effectiveDateTime": effective,
        "dosage": None if mg is None else amount,
        "identifier": [{"system": "urn:example:dose", "value": identifier}] if identifier else None,
    }
    return {name: value for name, value in (resource | other).items() if value is not None}


def episode_of_care(id_: str, person: str, organization: str | None) -> Json:
    managing = {"managingOrganization": reference("Organization", organization)} if organization else {}
    whose = {"patient": reference("Patient", person)}
    return {"resourceType": "EpisodeOfCare", "id": id_, "status": "active"} | whose | managing


def organization(id_: str, **other: Any) -> Json:
    return {"resourceType": "Organization", "id": id_, "name": f"DEMO {id_}"} | other


def ndjson(resources: Iterable[Json]) -> str:
    return "".join(json.dumps(resource) + "\n" for resource in resources)


def treatment(text: str) -> Iterator[Json]:
    """FHIR resources from a table of person | facility | effective, and perhaps status and medicine."""
    table = rows(text)
    for facility in sorted({row["facility"] for row in table if row["facility"]}):
        yield organization(facility)
    for number, row in enumerate(table):
        yield episode_of_care(f"episode-{number}", str(row["person"]), row["facility"])
        yield administration(
            f"dose-{number}",
            person=row["person"],
            episode=f"episode-{number}",
            effective=row["effective"],
            status=row.get("status") or "completed",
            code=row.get("medicine") or "N07BC02",
        )


def by_facility(result: Iterable[Mapping[str, Any]]) -> dict[tuple[date | None, str], int]:
    """A measure's rows as people by month and facility, without the DEMO before a name."""
    return {
        (row["month"], _shown(row["facility_key"], row["facility_name"])): row["people"] for row in result
    }


def _shown(key: str, name: str | None) -> str:
    return key if key in (ALL_FACILITIES, UNKNOWN_FACILITY) else str(name).removeprefix("DEMO ")
