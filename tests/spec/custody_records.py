"""FHIR records of custody as fhir/shapes.md has them; further members replace or add."""

from typing import Any

from spec.oat_records import EXTENSION, OURS, ours
from spec.world import Json, reference


def custody(
    id_: str = "stay",
    *,
    person: str | None = "amina",
    prison: str | None = "north",
    start: str | None = "2025-03-01T14:00:00+01:00",
    end: str | None = None,
    legal: tuple[tuple[str, str | None], ...] = (),
    entry: str | None = None,
    way_out: str | None = None,
    to: str | None = None,
    **other: Any,
) -> Json:
    """The Encounter of a stay; ``legal``: each status with the moment it began."""
    gate = {
        "admitSource": ours("entry-reason", entry) if entry else None,
        "dischargeDisposition": ours("exit-reason", way_out) if way_out else None,
        "destination": reference("Organization", to),
    }
    resource = {
        "resourceType": "Encounter",
        "id": id_,
        "extension": [_legal(status, since) for status, since in legal] or None,
        "status": "finished" if end else "in-progress",
        "class": {"system": f"{OURS}encounter-class", "code": "custody"},
        "subject": reference("Patient", person),
        "serviceProvider": reference("Organization", prison),
        "period": _without_none({"start": start, "end": end}),
        "hospitalization": _without_none(gate) or None,
    }
    return _without_none(resource | other)


def absence(id_: str = "absence", kind: str = "court", *, stay: str | None = "stay", **other: Any) -> Json:
    """The Encounter of an absence from a stay."""
    away = {"class": {"system": f"{OURS}encounter-class", "code": f"absence-{kind}"}}
    return custody(id_, **(away | {"partOf": reference("Encounter", stay)} | other))


def _legal(status: str, since: str | None) -> Json:
    parts = [{"url": "status", "valueCode": status}, {"url": "from", "valueDateTime": since}]
    return {
        "url": f"{EXTENSION}legal-status",
        "extension": [part for part in parts if None not in part.values()],
    }


def _without_none(members: Json) -> Json:
    return {name: value for name, value in members.items() if value is not None}
