"""What every world is written with: tables and dates as text, and the FHIR resources of people, places and doses."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

ZONE = "Europe/Tirane"
ATC = "http://www.whocc.no/atc"
Row = Mapping[str, str | None]
Json = dict[str, Any]


def rows(text: str) -> list[Row]:
    """The rows of a table drawn with | and -, by heading; an empty cell is None."""
    lines = [line for line in text.strip().splitlines() if not set(line.strip()) <= set("-+ ")]
    heading, *body = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return [dict(zip(map(str, heading), cells, strict=True)) for cells in body]


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
