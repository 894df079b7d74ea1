"""FHIR records of people, of what facilities offer, and of sizes that somebody states; further members replace or add."""

from typing import Any

from spec.oat_records import OURS, ours
from spec.world import Json, reference

IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"


def patient(id_: str = "amina", **other: Any) -> Json:
    """A Patient; ``links``: the ids of other records of the human; ``national``: values of a national identifier."""
    links, national = other.pop("links", ()), other.pop("national", ())
    numbers = [identifier("NI", one) for one in national]
    others = [{"other": reference("Patient", one), "type": "seealso"} for one in links]
    said = {"link": others or None, "identifier": numbers or None} | other
    return {"resourceType": "Patient", "id": id_} | {
        name: one for name, one in said.items() if one is not None
    }


def identifier(kind: str, value: str | None, system: str | None = "urn:example:register") -> Json:
    """An identifier of a type: NI, a national one; PRN, a prison number."""
    said = {"system": system, "value": value}
    return {"type": {"coding": [{"system": IDENTIFIER_TYPE, "code": kind}]}} | {
        name: one for name, one in said.items() if one is not None
    }


def service(id_: str, *kinds: str, of: str | None = "clinic", active: bool | None = True) -> Json:
    """A HealthcareService that a facility offers, or does not any more."""
    said = {"providedBy": reference("Organization", of), "active": active}
    return {
        "resourceType": "HealthcareService",
        "id": id_,
        "type": [ours("facility-service", kind) for kind in kinds],
    } | {name: one for name, one in said.items() if one is not None}


def size(id_: str, measure: str = "custody-census", *, of: str | None = None, **counts: float) -> Json:
    """A MeasureReport of a population on the last day of 2024."""
    population = [{"code": ours("population", name), "count": n} for name, n in counts.items()]
    reporter = {"reporter": reference("Organization", of)} if of else {}
    return {
        "resourceType": "MeasureReport",
        "id": id_,
        "status": "complete",
        "type": "summary",
        "measure": f"{OURS.replace('code-system', 'measure')}{measure}",
        "period": {"start": "2024-01-01", "end": "2024-12-31"},
        "group": [{"population": population}],
    } | reporter
